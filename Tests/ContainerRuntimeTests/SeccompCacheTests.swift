// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

@testable import ContainerRuntime

@Suite struct SeccompCacheTests {
    private final class Place {
        let path = NSTemporaryDirectory() + "minibox-seccomp-cache-" + UUID().uuidString
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        func cache() throws -> SeccompCache { SeccompCache(in: try Descriptor.open(path, [.directory, .readOnly])) }
        var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
    }

    @Test func compilesOnceAndFindsAfterwards() throws {
        let place = try Place()
        let cache = try place.cache()
        let first = try cache.filter(for: standardRules())
        let second = try cache.filter(for: standardRules())
        #expect(!first.wasCached && second.wasCached)
        #expect(first.filter == second.filter)
        #expect(first.storeFailure == nil)
        #expect(place.files.count == 1)
        var logging = standardRules()
        logging.flags = .log
        let third = try cache.filter(for: logging)
        #expect(third.wasCached && third.filter.flags == .log, "the program is the same, only loaded otherwise")
        #expect(try !cache.filter(for: standardRules([])).wasCached, "other capabilities")
        #expect(place.files.count == 2)
    }

    @Test func theStandardFilterIsFoundWithoutItsProfile() throws {
        let place = try Place()
        let cache = try place.cache()
        let first = try cache.standardFilter(bounding: ContainerCapabilities.standard)
        let second = try cache.standardFilter(bounding: ContainerCapabilities.standard)
        #expect(!first.wasCached && second.wasCached && first.filter == second.filter)
        #expect(try first.filter == SeccompRanges.compile(standardRules()))
        #expect(try !cache.standardFilter(bounding: []).wasCached)
        #expect(place.files.count == 2)
    }

    /// The key of the standard filter holds this version in the profile's stead.
    @Test func theVersionOfTheStandardProfileIsThatOfItsText() {
        var version: UInt64 = 0
        for number in -1..<CapabilitySet.names.count {
            for native in [SeccompArchitecture.amd64, .arm64] {
                let bounding = number < 0 ? CapabilitySet() : CapabilitySet(number: number)
                let old = SeccompProfile.standard.rules(bounding: bounding, kernel: KernelVersion(0, 0), native: native)
                let new = SeccompProfile.standard.rules(
                    bounding: bounding, kernel: KernelVersion(99, 0), native: native)
                #expect(old == new, "the key has no kernel")
                version = version &* 31 &+ SeccompFilter.fingerprint(old.canonicalBytes[...])
            }
        }
        #expect(version == SeccompProfile.standardVersion, "set SeccompProfile.standardVersion to \(version)")
    }

    @Test func aDamagedFileIsCompiledAgain() throws {
        let place = try Place()
        let cache = try place.cache()
        let good = try cache.filter(for: standardRules()).filter
        let name = try #require(place.files.first)
        let path = URL(fileURLWithPath: place.path + "/" + name)
        let bytes = try Data(contentsOf: path)
        for damage in [0, 40, bytes.count / 2, bytes.count - 20, bytes.count - 1] {
            var damaged = bytes
            damaged[damage] ^= 1
            try damaged.write(to: path)
            let entry = try cache.filter(for: standardRules())
            #expect(!entry.wasCached && entry.filter == good, "byte \(damage)")
        }
        for length in [0, 7, 100, bytes.count - 8, bytes.count - 1] {
            try bytes.prefix(length).write(to: path)
            #expect(try !cache.filter(for: standardRules()).wasCached, "length \(length)")
        }
        #expect(try cache.filter(for: standardRules()).wasCached)
    }

    @Test func aDirectoryThatCannotBeWrittenCostsOnlyTime() throws {
        let cache = SeccompCache(in: try Descriptor.open("/proc", [.directory, .readOnly]))
        let entry = try cache.filter(for: standardRules())
        #expect(!entry.wasCached && entry.storeFailure != nil)
    }

    /// crun's key left out the error number of a rule, and ran strings together.
    @Test func whateverChangesTheProgramChangesTheKey() {
        func rules(_ change: (inout SeccompRules) -> Void) -> [UInt8] {
            var rules = SeccompRules(
                defaultAction: .errno(1), foreignAction: .killProcess, architectures: [.amd64],
                rules: [
                    SeccompRule(["ab", "c"], .errno(1), where: [.init(0, .equal, 5, mask: 7)]),
                    SeccompRule(["d"], .allow),
                ])
            change(&rules)
            return SeccompCache.key(rules)
        }
        let keys = [
            rules { _ in }, rules { $0.defaultAction = .errno(2) }, rules { $0.foreignAction = .errno(1) },
            rules { $0.newerAction = .killThread }, rules { $0.newerAction = .errno(1) },
            rules { $0.architectures = [.amd64, .x86] }, rules { $0.architectures = [.x86] },
            rules { $0.rules[0].action = .errno(2) }, rules { $0.rules[0].names = ["a", "bc"] },
            rules { $0.rules[0].names = ["c", "ab"] }, rules { $0.rules[0].names = ["abc"] },
            rules { $0.rules[0].comparisons[0].argument = 1 }, rules { $0.rules[0].comparisons[0].operator = .less },
            rules { $0.rules[0].comparisons[0].value = 6 }, rules { $0.rules[0].comparisons[0].mask = 6 },
            rules { $0.rules[0].comparisons = [] }, rules { $0.rules.reverse() }, rules { $0.rules.removeLast() },
        ]
        #expect(Set(keys).count == keys.count)
        #expect(rules { _ in } == keys[0])
    }
}
