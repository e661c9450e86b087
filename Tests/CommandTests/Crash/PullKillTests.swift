// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is left when a pull is killed, or the program that fetches for it, or when the disk is full: the store as it was, or
/// with the whole image where that was reported.
@Suite(.commands, .emptyBox, .wholeStore, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct PullKillTests {
    /// A registry with the image `app:1`, of four layers, and a store with another one.
    private func registry() throws -> RegistryBox {
        let registry = try RegistryBox(try box())
        let box = registry.box
        let archive = try HostileArchive.make(
            box,
            #"""
            import random
            layers = []
            for number in range(4):
                chance = random.Random(number)
                plain = b''.join(
                    entry(f'd{number}/f{i}', data=chance.randbytes(i * 37 % 20000)) for i in range(300)) + end
                layers.append((plain, gzip.compress(plain, 1)))
            """#)
        let made = try box.run(
            ["load", "-i", archive], timeout: 60, environment: ["MINIBOX_ROOT": registry.freshRoot])
        #expect(made.status == 0, "\(made)")
        #expect(try registry.fresh("tag", "hostile:1", registry.name("app:1")).status == 0)
        #expect(try registry.fresh("push", "-q", registry.name("app:1")).status == 0)
        try HostileArchive.fill(box)
        return registry
    }

    /// All of the store but what is nobody's word: what has come of layers.
    private func store(_ box: Box) throws -> String {
        try HostileArchive.store(box).split(separator: "\n").filter { !$0.hasPrefix("partial") }.joined(separator: "\n")
    }

    private func start(_ registry: RegistryBox) throws -> RunningProgram {
        try RunningProgram(
            [TestMachine.program, "pull", "-q", registry.name("app:1")],
            environment: registry.box.environment.merging(registry.environment) { $1 })
    }

    private func name(of process: pid_t) -> String {
        ((try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? "").trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    @Test func aPullThatIsKilledAtAnyMomentLeavesTheStoreAsItWas() throws {
        let registry = try registry()
        let box = registry.box
        // What has come of a download is kept for the next one, for a week.
        box.atEnd { _ = try? box.shell("rm -rf \(box.root)/images/partial") }
        let before = try store(box)
        let began = TestSupport.Clock.now
        #expect(try registry("pull", "-q", registry.name("app:1")).status == 0)
        let length = TestSupport.Clock.now - began
        let after = try store(box)
        #expect(try box("rmi", registry.name("app:1")).status == 0)
        for moment in 0..<24 {
            let program = try start(registry)
            usleep(UInt32(length * Double(moment) / 20 * 1_000_000))
            let others = program.children
            kill(program.process, SIGKILL)
            let outcome = program.wait(seconds: 30)
            #expect(
                TestSupport.Clock.wait(seconds: 30) { others.allSatisfy { ProcessState.hasEnded($0) } },
                "\(others) of \(moment) outlive it")
            // Whoever comes next takes away what was being made, once nobody has it: one that was begun just then is not among
            // those that were waited for.
            var store = ""
            _ = TestSupport.Clock.wait(seconds: 30) {
                _ = try? box("ps", "-a")
                store = (try? self.store(box)) ?? ""
                return store == before || store == after
            }
            if outcome.output.contains("app:1") {
                #expect(store == after, "moment \(moment)")
            } else {
                #expect(store == before || store == after, "moment \(moment)")
            }
            let check = try box("system", "check")
            #expect(check.output.contains("all is whole"), "moment \(moment): \(check)")
            if store == after { #expect(try box("rmi", registry.name("app:1")).status == 0) }
        }
        #expect(try registry("pull", "-q", registry.name("app:1")).status == 0)
        #expect(try store(box) == after)
    }

    @Test func aProgramThatFetchesAndIsKilledIsAnErrorAndTheStoreIsAsItWas() throws {
        let registry = try registry()
        let box = registry.box
        box.atEnd { _ = try? box.shell("rm -rf \(box.root)/images/partial") }
        let before = try store(box)
        var killed = 0
        // It may have all that it needs before the program that fetches is seen.
        for moment in 0..<60 where moment < 12 || killed == 0 {
            let program = try start(registry)
            var fetching: pid_t?
            _ = TestSupport.Clock.wait(seconds: 30) {
                fetching = program.children.first { name(of: $0) == "minibox-fetch" }
                return fetching != nil || ProcessState.hasEnded(program.process)
            }
            usleep(UInt32(moment % 12 * 8000))
            if let fetching { kill(fetching, SIGKILL) }
            let outcome = program.wait(seconds: 30)
            if outcome.status == 0 {
                // It had all that it needed by then.
                #expect(try box("rmi", registry.name("app:1")).status == 0)
            } else {
                killed += 1
                #expect(
                    outcome.status == 125 && outcome.errors.contains("it was ended by SIGKILL")
                        && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
            }
            #expect(try store(box) == before, "moment \(moment)")
        }
        #expect(killed > 0)
        #expect(try box("system", "check").output.contains("all is whole"))
    }

    /// At each size another part of it finds the disk full.
    @Test func aFullDiskIsOneErrorAndAnUnchangedStore() throws {
        let registry = try registry()
        let box = registry.box
        let root = try box.directory("small")
        let mounted = try box.shell("mount -t tmpfs -o size=1m,mode=755 tmpfs \(root)")
        try #require(mounted.status == 0, "\(mounted)")
        box.atEnd { _ = try? box.shell("umount -l \(root)") }
        let environment = registry.environment.merging(["MINIBOX_ROOT": root]) { $1 }
        var refused = 0
        for kibibytes in stride(from: 1024, through: 48 << 10, by: 1536) {
            _ = try box.shell("mount -o remount,size=\(kibibytes)k \(root)")
            let outcome = try box.run(["pull", "-q", registry.name("app:1")], timeout: 60, environment: environment)
            if outcome.status == 0 { break }
            refused += 1
            #expect(
                outcome.status == 125 && outcome.errors.lowercased().contains("no space left on device")
                    && outcome.errors.split(separator: "\n").count == 1, "\(kibibytes): \(outcome)")
            let left = try box.shell(
                "find \(root)/images/staging \(root)/images/layers \(root)/images/blobs/sha256 -mindepth 1 2>/dev/null")
            #expect(left.output.isEmpty, "\(kibibytes): \(left)")
            // What fills the disk is not kept.
            let partial = try box.shell("find \(root)/images/partial -type f 2>/dev/null")
            #expect(partial.output.isEmpty, "\(kibibytes): \(partial)")
            #expect(try box.run(["images", "-q"], environment: environment).lines.isEmpty)
        }
        #expect(refused > 3)
        #expect(try box.run(["images", "-q"], environment: environment).lines.count == 1)
        // Layers are unpacked again to be looked at.
        _ = try box.shell("mount -o remount,size=128m \(root)")
        let check = try box.run(["system", "check"], environment: environment)
        #expect(check.output.contains("all is whole"), "\(check)")
    }
}
