// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "greeter",
    dependencies: [
        // In a repository of its own: .package(url: "https://...", branch: "main")
        .package(name: "minibox", path: "../../..")
    ],
    targets: [
        .testTarget(name: "GreeterTests", dependencies: [.product(name: "MiniboxTesting", package: "minibox")])
    ]
)
