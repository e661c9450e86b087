// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

extension Box {
    /// Imports busybox, and makes a context with a Dockerfile and files. Tells its path.
    func context(_ dockerfile: String, _ files: [String: String] = [:], name: String = "context") throws -> String {
        if try run(["images", "-q", "busybox"]).text.isEmpty {
            try run(["import", TestMachine.archive("busybox"), "busybox"])
        }
        let path = try directory(name)
        try file("\(name)/Dockerfile", dockerfile)
        for (name, contents) in files { try file("\(path.split(separator: "/").last ?? "")/\(name)", contents) }
        return path
    }

    /// Ends the `sleep 4321` of a step, by which it waits for the test; it may have to begin first.
    func endSleep() throws {
        let ended = try shell("until pkill -xf 'sleep 4321'; do sleep 0.05; done", timeout: 60)
        #expect(ended.status == 0, "\(ended)")
    }
}

/// The objects of JSON that stand a line each in `text`.
func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return object as? [String: Any] ?? [:]
    }
}
