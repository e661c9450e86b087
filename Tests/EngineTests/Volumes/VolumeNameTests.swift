// SPDX-License-Identifier: Apache-2.0
import Engine
import Testing

@Suite struct VolumeNameTests {
    @Test(arguments: ["ab", "data", "A.b_c-1", "0x", String(repeating: "v", count: 255)])
    func readsNames(text: String) throws {
        #expect(try VolumeName(parsing: text).description == text)
    }

    @Test(arguments: ["", "a", ".hidden", "-x", "_x", "a/b", "a b", "ä1", String(repeating: "v", count: 256)])
    func refusesWhatDockerRefuses(text: String) {
        #expect(throws: SyntaxError.self) { try VolumeName(parsing: text) }
    }

    @Test func readsTheOptionsOfTheLocalDriver() throws {
        #expect(try VolumeOption(parsing: "type=tmpfs").key == "type")
        #expect(try VolumeOption(parsing: "o=size=64m,uid=1000").value == "size=64m,uid=1000")
        #expect(throws: SyntaxError.self) { try VolumeOption(parsing: "type") }
        #expect(throws: SyntaxError.self) { try VolumeOption(parsing: "device=") }
        #expect(throws: SyntaxError.self) { try VolumeOption(parsing: "size=10g") }
    }

    @Test(arguments: ["dangling=true", "driver=local", "label=a", "label=a=b", "name=x"])
    func readsFiltersOfAList(text: String) throws { _ = try VolumeFilter(parsingForList: text) }

    @Test(arguments: ["dangling", "dangling=maybe", "all=true", "label!=x", "size=3"])
    func refusesOtherFiltersOfAList(text: String) {
        #expect(throws: SyntaxError.self) { try VolumeFilter(parsingForList: text) }
    }

    @Test(arguments: ["all=true", "label=a", "label!=a=b"])
    func readsFiltersOfPruning(text: String) throws { _ = try VolumeFilter(parsingForPrune: text) }
}
