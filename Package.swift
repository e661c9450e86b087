// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// For what has threads: the tests' support, which runs in the processes of others, and the fetching program.
let concurrent: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// Embedded Swift: no runtime, no standard library to link, no heap that it does not ask for.
let embedded: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableExperimentalFeature("Embedded"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-wmo", "-parse-as-library"]),
]

// Its command line is fuzzed, by a program with a main function of its own.
let isFuzzed = Context.environment["MINIBOX_FUZZ"] != nil
let runtimeParts: [Target.Dependency] = ["ContainerRuntime", "Linux", "OCI", "Words"]
let runtime: Target =
    isFuzzed
    ? .target(
        name: "minibox-runtime", dependencies: runtimeParts, exclude: ["main.swift"], swiftSettings: strict)
    : .executableTarget(name: "minibox-runtime", dependencies: runtimeParts, swiftSettings: strict)

// Whoever depends on this package wants the library for tests, and need not even fetch what one program links. In a clone of
// another package's it is a checkout; the examples depend on the tree that they are in.
let place = Context.packageDirectory
let isDependency =
    place == "/" || place.contains("/checkouts/")
    || Context.environment["PWD"]?.hasPrefix(place + "/docs/examples/") ?? false

let package = Package(
    name: "minibox",
    products: [
        .executable(name: "minibox", targets: ["minibox"]),
        .executable(name: "minibox-init", targets: ["minibox-init"]),
        .executable(name: "minibox-probe", targets: ["minibox-probe"]),
        .library(name: "MiniboxTesting", targets: ["MiniboxTesting"]),
    ] + (isFuzzed ? [] : [.executable(name: "minibox-runtime", targets: ["minibox-runtime"])]),
    targets: [
        // C: the system calls and constants that Swift cannot import, and the launcher that enters a container.
        .target(name: "CLinux"),
        // Libraries of the system.
        .systemLibrary(name: "CSeccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CCapability", providers: [.apt(["libcap-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CLzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        // The kernel as Swift types.
        .target(name: "Linux", dependencies: ["CLinux", "CSeccomp", "CCapability"], swiftSettings: strict),
        // gzip, zstd, bzip2, xz and SHA-256 over the C libraries.
        .target(
            name: "Compression", dependencies: ["CZlib", "CDeflate", "CZstd", "CBzip2", "CLzma", "CCrypto"],
            swiftSettings: strict),
        // Which word was probably meant, and how words are shown.
        .target(name: "Words", swiftSettings: strict),
        // The OCI specifications as values, and the JSON they are written in.
        .target(name: "OCI", dependencies: ["Words"], swiftSettings: strict),
        // Config -> plan -> process.
        .target(name: "ContainerRuntime", dependencies: ["Linux", "OCI"], swiftSettings: strict),
        // Content store, layers, image names.
        .target(
            name: "Images", dependencies: ["Compression", "Linux", "OCI", "Registry", "Words"], swiftSettings: strict),
        // The distribution specification as pure values and state machines, and what the fetching program is told.
        .target(name: "Registry", dependencies: ["OCI", "Words"], swiftSettings: strict),
        // A command line as a table of flags: parsing, help and completion come from it.
        .target(name: "Arguments", dependencies: ["Words"], swiftSettings: strict),
        // Go's templates, as `--format` takes them.
        .target(name: "Templates", dependencies: ["OCI", "Words"], swiftSettings: strict),
        // Bridges, addresses, walls and published ports.
        .target(name: "Networks", dependencies: ["Linux", "OCI", "Words"], swiftSettings: strict),
        // What a container is told of names: messages, who is called what, and the process that answers.
        .target(name: "Names", dependencies: ["Linux"], swiftSettings: strict),
        // What a user calls a container, and the syntax of the values that describe it.
        .target(
            name: "Engine",
            dependencies: [
                "Compression", "ContainerRuntime", "Images", "Linux", "Names", "Networks", "OCI", "Registry", "Words",
            ],
            swiftSettings: strict),
        // What the kernel says of a container's walls, whoever has made it.
        .target(name: "Audit", dependencies: ["ContainerRuntime", "Linux", "OCI", "Words"], swiftSettings: strict),
        // Exercises about a container's walls, and the disposable hosts that they happen in.
        .target(
            name: "Lab", dependencies: ["Compression", "ContainerRuntime", "Linux", "OCI", "Words"],
            exclude: ["Exercises"], swiftSettings: strict),
        // Dockerfiles: reading, planning, caching and carrying out.
        .target(
            name: "Builds",
            dependencies: ["Compression", "ContainerRuntime", "Engine", "Images", "Linux", "OCI", "Words"],
            swiftSettings: strict),
        // The command line for people.
        .executableTarget(
            name: "minibox",
            dependencies: [
                "Arguments", "Audit", "Builds", "ContainerRuntime", "Engine", "Images", "Lab", "Linux", "Networks",
                "OCI",
                "Registry", "Templates", "Words",
            ],
            swiftSettings: strict),

        // For other packages' tests: a library over the installed program. It stands on nothing of this one.
        .target(name: "MiniboxTesting", swiftSettings: concurrent),

        // The command line for other engines: an OCI runtime.
        runtime,

        // Process 1 inside a container (`--init`), and what it asks of the C library.
        .target(name: "CInit"),
        .executableTarget(
            name: "minibox-init", dependencies: ["CInit"], swiftSettings: embedded,
            linkerSettings: [
                // swiftc also says -pie, which means nothing to a static executable.
                .unsafeFlags(["-Xclang-linker", "-static", "-Xclang-linker", "-Wno-unused-command-line-argument"])
            ]),

        // What the lab's exercises try from inside of a container, each attempt a call of C without an effect.
        .target(name: "CProbe"),
        .executableTarget(
            name: "minibox-probe", dependencies: ["CProbe"], swiftSettings: embedded,
            linkerSettings: [
                .unsafeFlags(["-Xclang-linker", "-static", "-Xclang-linker", "-Wno-unused-command-line-argument"])
            ]),

        // Runs one kernel case in a process with one thread, which a test process is not.
        .executableTarget(
            name: "kernel-test", dependencies: ["ContainerRuntime", "Linux", "OCI"], path: "Tests/KernelTest",
            swiftSettings: strict),
        .testTarget(
            name: "KernelTests", dependencies: ["firewall-test", "kernel-test", "OCI", "TestSupport"],
            swiftSettings: strict),
        // Speaks on a network, and says what came of it.
        .executableTarget(name: "network-probe", path: "Tests/NetworkProbe"),
        // Changes the firewall of the network namespace that it is started in.
        .executableTarget(
            name: "firewall-test", dependencies: ["Linux", "Networks"], path: "Tests/FirewallTest",
            swiftSettings: strict),

        // Asks for names where a container does, and answers as a server of the machine's does.
        .executableTarget(
            name: "name-probe", dependencies: ["Linux", "Names"], path: "Tests/NameProbe", swiftSettings: strict),

        // A box for each test of the commands, programs in the background, terminals, and what is left behind.
        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport"),

        .testTarget(name: "LinuxTests", dependencies: ["Linux"], swiftSettings: strict),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"], swiftSettings: strict),
        .testTarget(name: "OCITests", dependencies: ["OCI"], swiftSettings: strict),
        .testTarget(
            name: "ContainerRuntimeTests", dependencies: ["ContainerRuntime", "Linux", "OCI"], exclude: ["Snapshots"],
            swiftSettings: strict),
        .testTarget(
            name: "ImagesTests", dependencies: ["Compression", "Images", "Linux", "OCI", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: ["Compression", "ContainerRuntime", "Engine", "Linux", "Networks", "OCI", "Registry"],
            swiftSettings: strict),
        .testTarget(
            name: "BuildsTests", dependencies: ["Builds", "Engine", "Images", "Linux", "OCI"], swiftSettings: strict),
        .testTarget(
            name: "NetworksTests", dependencies: ["Linux", "Networks", "OCI"], exclude: ["Snapshots"],
            swiftSettings: strict),
        .testTarget(name: "NamesTests", dependencies: ["Linux", "Names"], swiftSettings: strict),
        .testTarget(name: "LabTests", dependencies: ["Audit", "Lab", "Linux", "OCI"], swiftSettings: strict),
        .testTarget(
            name: "AuditTests", dependencies: ["Audit", "ContainerRuntime", "Linux", "OCI"], swiftSettings: strict),
        .testTarget(name: "MiniboxTestingTests", dependencies: ["MiniboxTesting", "TestSupport"]),
        .testTarget(name: "InitTests", swiftSettings: strict),
        .testTarget(name: "RegistryTests", dependencies: ["OCI", "Registry"], swiftSettings: strict),
        .testTarget(name: "WordsTests", dependencies: ["Words"], swiftSettings: strict),
        .testTarget(name: "TemplatesTests", dependencies: ["OCI", "Templates"], swiftSettings: strict),
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"], swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Builds", "Compression", "ContainerRuntime", "Images", "Linux", "OCI", "Registry", "TestSupport",
                "name-probe",
            ]),
        .testTarget(
            name: "MiniboxRuntimeTests", dependencies: ["ContainerRuntime", "OCI", "minibox-runtime"],
            swiftSettings: strict),
        .testTarget(
            name: "RuntimeTests", dependencies: ["CTestSupport", "TestSupport"],
            exclude: ["README.md", "known-differences"]),
        .testTarget(
            name: "MiniboxTests", dependencies: ["Arguments", "Builds", "Engine", "Linux", "OCI", "minibox"],
            swiftSettings: strict),
    ]
)

// scripts/fuzz builds this one with a main program of libFuzzer's, which nothing else has.
if isFuzzed {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Builds", "Compression", "ContainerRuntime", "Engine", "Images", "Linux", "Names", "Networks", "OCI",
                "Registry", "Templates", "minibox-runtime",
            ],
            path: "Tests/Fuzz/Harness",
            swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]))
} else if !isDependency {
    // HTTP and TLS, in a program of its own without privilege: nothing else links them.
    package.dependencies += [
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ]
    package.products.append(.executable(name: "minibox-fetch", targets: ["minibox-fetch"]))
    package.targets.append(
        .executableTarget(
            name: "minibox-fetch",
            dependencies: [
                "Compression", "Linux", "OCI", "Registry",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: concurrent))
}
