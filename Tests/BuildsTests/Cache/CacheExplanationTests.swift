// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct CacheExplanationTests {
    private let one = CacheKey.Part("the command", "make")
    private let digest = String(repeating: "a", count: 64)
    private let other = String(repeating: "b", count: 64)

    @Test func `without a memory it says that there is none`() {
        let lines = CacheExplanation.ofMiss(StepMemory(parts: [one]), last: nil)
        #expect(lines == ["nothing is remembered of this step: it was not built before under this name"])
    }

    @Test func `a changed value is shown before and after`() {
        let lines = CacheExplanation.ofMiss(
            StepMemory(parts: [CacheKey.Part("the command", "make all")]), last: StepMemory(parts: [one]))
        #expect(lines == ["the command changed: \"make\" -> \"make all\""])
    }

    @Test func `a digest is not shown, since it tells a person nothing`() {
        let lines = CacheExplanation.ofMiss(
            StepMemory(parts: [CacheKey.Part("the files of /a", digest)]),
            last: StepMemory(parts: [CacheKey.Part("the files of /a", other)]))
        #expect(lines == ["the files of /a changed"])
    }

    @Test func `the step before is named as such`() {
        let lines = CacheExplanation.ofMiss(
            StepMemory(parts: [CacheKey.Part(StepKey.parentLabel, digest), one]),
            last: StepMemory(parts: [CacheKey.Part(StepKey.parentLabel, other), one]))
        #expect(lines == ["the step before it has another result"])
    }

    @Test func `what is new and what is gone`() {
        let a = CacheKey.Part("the variable A", "1")
        let b = CacheKey.Part("the variable B", "2")
        let lines = CacheExplanation.ofMiss(StepMemory(parts: [one, a]), last: StepMemory(parts: [one, b]))
        #expect(lines == ["the variable A is new: \"1\"", "the variable B is gone"])
    }

    @Test func `where nothing differs the layer is gone`() {
        let lines = CacheExplanation.ofMiss(StepMemory(parts: [one]), last: StepMemory(parts: [one]))
        #expect(lines == ["nothing differs from the last time, but its layer is no longer in the cache"])
    }

    @Test func `a memory is read back as it was written`() throws {
        let memory = StepMemory(parts: [one, CacheKey.Part("x\n", "\"y\"")])
        let read = try #require(StepMemory(memory.bytes))
        #expect(read.parts == memory.parts)
        #expect(StepMemory(Array("garbage".utf8)) == nil)
        #expect(StepMemory(Array("{\"parts\":[],\"manifests\":[99]}\nshort".utf8)) == nil)
    }
}
