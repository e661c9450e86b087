// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The Dockerfiles of Tests/Dockerfiles/course, word for word, on stand-ins for their bases.
@Suite(.commands, .emptyBox) struct CourseTests {
    /// Builds the one of that number as `course`.
    private func build(_ number: Int, on base: String, from fixture: String, with files: [String] = []) throws -> Box {
        let box = try TestSupport.box()
        try #require(
            FileManager.default.fileExists(atPath: TestMachine.archive(fixture)), "run scripts/fixtures \(fixture)")
        let context = box.folder + "/context"
        try FileManager.default.copyItem(
            atPath: "\(TestMachine.top)/Tests/Dockerfiles/course/\(number)", toPath: context)
        for file in files {
            try FileManager.default.copyItem(atPath: "\(TestMachine.fixtures)/\(file)", toPath: "\(context)/\(file)")
        }
        let imported = try box("import", TestMachine.archive(fixture), base, timeout: 120)
        try #require(imported.status == 0, "\(imported)")
        let outcome = try box("build", "-t", "course", context, timeout: 120)
        try #require(outcome.status == 0, "\(outcome)")
        return box
    }

    @Test func theFirstSaysHello() throws {
        let box = try build(1, on: "ubuntu:latest", from: "ubuntu")
        #expect(try box("run", "--rm", "course").text == "Hello world")
    }

    @Test func theSecondRunsAClassOfAJar() throws {
        let box = try build(2, on: "openjdk:8", from: "openjdk", with: ["hello.jar"])
        #expect(try box("run", "--rm", "course", timeout: 60).text == "Hello from Java 17")
    }

    @Test func theThirdServesAPage() throws {
        let box = try build(3, on: "centos:7", from: "centos")
        let server = try box.start("run", "--rm", "--name", "httpd", "course")
        var page = ""
        _ = Clock.wait(seconds: 20) {
            page = (try? box("exec", "httpd", "wget", "-qO-", "http://127.0.0.1:80/").text) ?? ""
            return !page.isEmpty
        }
        #expect(page.contains("It works"), "\(page) \(server.errorsSoFar)")
        _ = try box("rm", "-f", "httpd")
        _ = server.wait()
    }

    @Test func theFourthCompilesAProgramThatNeedsNothing() throws {
        let box = try build(4, on: "debian", from: "debian-gcc")
        #expect(try box("run", "--rm", "course", "you").text == "Hello from C, you")
        #expect(try box("history", "course").status == 0)
    }
}
