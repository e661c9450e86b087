// SPDX-License-Identifier: Apache-2.0

/// Why the kernel does not execute a file, as far as its first bytes tell: execve(2), elf(5).
///
/// What execve answers is the same for a program that is not there and for one whose loader is not.
public enum ProgramDiagnosis: Hashable, Sendable {
    /// No file has that name.
    case missing
    /// Nobody may execute it.
    case notExecutable
    /// A text that names what is to read it.
    case script(interpreter: String, isThere: Bool)
    /// A program, and the loader that it needs; nil where it needs none.
    case program(machine: UInt16, loader: String?, isThere: Bool)
    /// Neither.
    case other
}

extension ProgramDiagnosis {
    /// - Parameters:
    ///   - bytes: of the file, at least the first 4096, where there are so many.
    ///   - exists: whether the container has a file of that name.
    init(ofFile bytes: [UInt8], exists: (String) -> Bool) {
        if bytes.starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) {
            let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
            let word = line.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 }
            let interpreter = String(decoding: word, as: UTF8.self)
            self = .script(interpreter: interpreter, isThere: exists(interpreter))
        } else if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), let machine = Self.number(bytes, at: 18, size: 2) {
            let loader = Self.loader(bytes)
            self = .program(machine: UInt16(machine), loader: loader, isThere: loader.map(exists) ?? true)
        } else {
            self = .other
        }
    }

    /// A number of an ELF file, whose fifth and sixth byte say how wide its addresses are, and in which order its bytes.
    private static func number(_ bytes: [UInt8], at place: Int, size: Int) -> Int? {
        guard place >= 0, bytes.count >= 6, bytes.count - size >= place else { return nil }
        let field = bytes[place..<place + size]
        var value: UInt64 = 0
        for byte in bytes[5] == 2 ? Array(field) : field.reversed() { value = value << 8 | UInt64(byte) }
        return Int(exactly: value)
    }

    /// The name in the segment PT_INTERP.
    private static func loader(_ bytes: [UInt8]) -> String? {
        let isWide = bytes.count > 4 && bytes[4] == 2
        let word = isWide ? 8 : 4
        guard let table = number(bytes, at: isWide ? 32 : 28, size: word),
            let size = number(bytes, at: isWide ? 54 : 42, size: 2),
            let count = number(bytes, at: isWide ? 56 : 44, size: 2), size > 0
        else { return nil }
        for index in 0..<count {
            let (entry, isTooFar) = table.addingReportingOverflow(index * size)
            guard !isTooFar, entry < bytes.count, let kind = number(bytes, at: entry, size: 4) else { return nil }
            guard kind == 3 else { continue }
            guard let start = number(bytes, at: entry + (isWide ? 8 : 4), size: word), start < bytes.count else {
                return nil
            }
            let name = bytes[start...].prefix { $0 != 0 }
            return name.isEmpty || name.count > 255 ? nil : String(decoding: name, as: UTF8.self)
        }
        return nil
    }

    #if arch(x86_64)
        static let ownMachines: [UInt16] = [62, 3]
    #elseif arch(arm64)
        static let ownMachines: [UInt16] = [183, 40]
    #else
        static let ownMachines: [UInt16] = []
    #endif

    /// As images call it: elf(5), `e_machine`.
    static func name(ofMachine machine: UInt16) -> String {
        switch machine {
        case 3: "386"
        case 21: "ppc64le"
        case 22: "s390x"
        case 40: "arm"
        case 62: "amd64"
        case 183: "arm64"
        case 243: "riscv64"
        case 258: "loong64"
        default: "machine \(machine) of elf(5)"
        }
    }

    /// What is wrong with `program`, in sentences; none where nothing is that can be seen.
    func words(of program: String) -> [String] {
        switch self {
        case .missing: return ["The container has no \(program)."]
        case .notExecutable: return ["\(program) is there, but nobody may execute it: 'chmod +x' it in the image."]
        case .script(let interpreter, false):
            let hint = interpreter.hasSuffix("\r") ? ", as its lines end in the way of Windows: write them anew" : ""
            let shown = interpreter.hasSuffix("\r") ? String(interpreter.dropLast()) + "\\r" : interpreter
            return ["\(program) is a script of \(shown), which the container does not have\(hint)."]
        case .program(let machine, _, _) where !Self.ownMachines.contains(machine):
            return [
                "\(program) is a program of another kind of machine: \(Self.name(ofMachine: machine)). Take an image for "
                    + "\(Self.name(ofMachine: Self.ownMachines.first ?? 0))."
            ]
        case .program(_, let loader?, false):
            return [
                "\(program) is there, but the loader that it names, \(loader), is not in the container."
                    + (Self.home(ofLoader: loader).map { " \($0)" } ?? "")
            ]
        case .other:
            return [
                "\(program) is no program and no script that begins with #! and its interpreter."
            ]
        case .script, .program: return []
        }
    }

    /// Where a loader is at home.
    private static func home(ofLoader loader: String) -> String? {
        let name = loader.split(separator: "/").last ?? ""
        if name.hasPrefix("ld-musl") {
            return "That is musl's: the program was made for an image like Alpine, and this is none."
        }
        if name.hasPrefix("ld-linux") {
            return
                "That is glibc's: the program was made for an image like Debian, and this is none. Linked statically, it "
                + "would need no loader."
        }
        return nil
    }
}
