// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is left when a load, or one of the processes that take layers for it, is killed: the store as it was, or with the
/// whole image where that was reported.
@Suite(.commands, .emptyBox, .wholeStore) struct LoadKillTests {
    /// An image of four layers with many files, two of them compressed.
    private static let recipe = #"""
        layers = []
        for number in range(4):
            plain = b''.join(
                entry(f'd{number}/f{i}', data=bytes([i & 255]) * (i * 37 % 20000)) for i in range(400)) + end
            layers.append((plain, gzip.compress(plain, 1) if number % 2 else plain))
        """#

    private func archive(_ box: Box) throws -> String { try HostileArchive.make(box, Self.recipe) }

    @Test func aCommandThatIsKilledAtAnyMomentLeavesTheStoreAsItWas() throws {
        let box = try box()
        let archive = try archive(box)
        try HostileArchive.fill(box)
        let before = try HostileArchive.store(box)
        let start = TestSupport.Clock.now
        #expect(try box("load", "-i", archive, timeout: 60).status == 0)
        let length = TestSupport.Clock.now - start
        let after = try HostileArchive.store(box)
        #expect(try box("rmi", "hostile:1").status == 0)
        for moment in 0..<24 {
            let program = try box.start("load", "-i", archive)
            usleep(UInt32(length * Double(moment) / 20 * 1_000_000))
            let workers = program.children
            kill(program.process, SIGKILL)
            let outcome = program.wait(seconds: 10)
            // They die with the command, whatever they were doing.
            #expect(
                TestSupport.Clock.wait(seconds: 60) { workers.allSatisfy { ProcessState.hasEnded($0) } },
                "\(workers) of \(moment)")
            // Whoever comes next takes away what was being made, once nobody has it: one that was begun just then is not among
            // those that were waited for.
            var store = ""
            _ = TestSupport.Clock.wait(seconds: 30) {
                _ = try? box("ps", "-a")
                store = (try? HostileArchive.store(box)) ?? ""
                return store == before || store == after
            }
            if outcome.output.contains("Loaded image") {
                #expect(store == after, "moment \(moment)")
            } else {
                #expect(store == before || store == after, "moment \(moment)")
            }
            #expect(try box("system", "check").status == 0, "moment \(moment)")
            if store == after { #expect(try box("rmi", "hostile:1").status == 0) }
        }
    }

    /// The processes that unpack layers for it, and not the one that has the disk write, once that has its name.
    private func workers(of program: RunningProgram) -> [pid_t] {
        program.children.filter {
            (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8))?.contains("to the disk") == false
        }
    }

    private func status(of process: pid_t) -> String {
        (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    }

    @Test func aWorkerThatIsKilledIsAnErrorAndTheStoreIsAsItWas() throws {
        let box = try box()
        let archive = try archive(box)
        try HostileArchive.fill(box)
        let before = try HostileArchive.store(box)
        var killed = 0
        // Workers may have ended before they are seen, and who has the disk write has its name only a moment later.
        for _ in 0..<60 where killed < 6 {
            let program = try box.start("load", "-i", archive)
            var workers: [pid_t] = []
            _ = TestSupport.Clock.wait(seconds: 60) {
                workers = self.workers(of: program)
                return !workers.isEmpty || ProcessState.hasEnded(program.process)
            }
            if let worker = workers.randomElement() { kill(worker, SIGKILL) }
            let outcome = program.wait(seconds: 60)
            if outcome.status == 0 {
                // It had ended by then.
                #expect(try box("rmi", "hostile:1").status == 0)
                continue
            }
            killed += 1
            #expect(outcome.status == 125 && outcome.errors.contains("was killed by SIGKILL"), "\(outcome)")
            #expect(try HostileArchive.store(box) == before)
        }
        #expect(killed > 0)
    }

    @Test func aWorkerHasNextToNoRights() throws {
        let box = try box()
        let archive = try archive(box)
        var (status, targets): (String, [String]) = ("", [])
        // One may be done before it is seen.
        for _ in 0..<50 where targets.isEmpty {
            let program = try box.start("load", "-i", archive)
            var worker: pid_t?
            // It gives up one thing after the other.
            _ = TestSupport.Clock.wait(seconds: 10) {
                worker = program.children.first { self.status(of: $0).contains("Seccomp:\t2") }
                return worker != nil || self.status(of: program.process).contains("State:\tZ")
            }
            if let worker {
                kill(worker, SIGSTOP)
                status = self.status(of: worker)
                let folder = "/proc/\(worker)/fd"
                let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                targets = files.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
                }
                kill(worker, SIGCONT)
            }
            let outcome = program.wait(seconds: 60)
            #expect(outcome.status == 0, "\(outcome)")
        }
        #expect(!targets.isEmpty)
        // CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SYS_ADMIN, MKNOD and SETFCAP, but for those that nobody has here.
        let effective = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }?.split(separator: "\t").last
        #expect(UInt64(effective ?? "x", radix: 16).map { $0 & ~0x8820_001b } == 0, "\(status)")
        for line in ["NoNewPrivs:\t1", "Seccomp:\t2", "Threads:\t1"] { #expect(status.contains(line), "\(status)") }
        for target in targets {
            #expect(
                // On a mount that nobody else sees, paths begin at the layer's directory.
                target == "/" || target == "/root" || target.hasPrefix("/root/d") || target == "/dev/null"
                    || target.hasPrefix("pipe:")
                    || target.contains("/images/staging/"),
                "\(target)")
        }
    }
}
