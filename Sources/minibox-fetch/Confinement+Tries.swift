// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI

extension Confinement {
    /// What comes of doing what it should not be able to, for the tests and for who doubts:
    /// `minibox-fetch confinement FILE NEW-FILE`. `done`, or why not.
    static func tries(reading file: String, writing new: String) -> JSON {
        func result(_ work: () throws(SystemError) -> Void) -> JSON {
            do { try work() } catch { return .string("\(error.errno)".lowercased()) }
            return "done"
        }
        return [
            "read": result { () throws(SystemError) in _ = try Descriptor.contents(of: file) },
            "write": result { () throws(SystemError) in
                try Descriptor.open(new, [.writeOnly, .create], mode: 0o600).write("x")
            },
            "leave": result { () throws(SystemError) in _ = try Descriptor.open("..", [.readOnly, .directory]) },
            "execute": result { () throws(SystemError) in
                _ = try HostProgram("/bin/true", [], environment: []).start(
                    in: Descriptor.open(".", [.path, .directory]), input: [])
            },
            "stage": result { () throws(SystemError) in
                let stage = try Descriptor.open(".", [.path, .directory])
                try stage.open(".tried", [.writeOnly, .create], mode: 0o600).write("x")
                try stage.remove(".tried")
            },
        ]
    }
}
