// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct ReportTests {
    private static let text = """
        # version  of all
        ARG version=1 other=x
        ARG full=$version.0
        ARG unused=1
        # build makes it
        FROM --platform=$BUILDPLATFORM base:$full AS Build
        ARG mode=fast
        RUN --mount=type=secret,id=key,required --mount=type=ssh make
        FROM base AS skipped
        ARG never
        RUN --mount=type=secret,id=never x
        # anything
        FROM base
        # other is not it
        # mode how it goes
        ARG mode TARGETARCH other
        COPY --from=build a /
        RUN --mount=type=secret,id=key --mount=type=secret,id=more,env=X --mount=type=ssh,id=git x
        """

    private func outline(_ change: (inout PlanOptions) -> Void = { _ in }) throws -> OutlineReport {
        try PlannerSubject(Self.text, images: ["base:1.0": .base(), "base:2.0": .base()], change).planner.outline()
    }

    @Test func `the outline has what the target and the stages that it needs ask for`() throws {
        let report = try outline()
        #expect(report.target == "")
        #expect(
            report.arguments.map { "\($0.range.start.line) \($0.name)=\($0.value ?? "-") \($0.description)" } == [
                "2 other=x ", "2 version=1 of all", "3 full=1.0 ", "16 mode=- how it goes",
            ])
        #expect(
            report.secrets.map { "\($0.range.start.line) \($0.name) \($0.isRequired)" } == [
                "18 key true", "18 more false",
            ])
        #expect(report.agents.map { "\($0.range.start.line) \($0.name)" } == ["8 default", "18 git"])
    }

    @Test func `the outline is of the target, with what the command line gives`() throws {
        let report = try outline {
            $0.target = "build"
            $0.arguments = [("version", "2"), ("mode", "slow")]
        }
        #expect(report.target == "build")
        #expect(report.description == "makes it")
        #expect(
            report.arguments.map { "\($0.name)=\($0.value ?? "-")" } == ["version=2", "full=2.0", "mode=slow"])
        #expect(report.secrets.map { "\($0.name) \($0.isRequired)" } == ["key true"])
    }

    @Test func `the targets are the stages`() throws {
        let report = TargetsReport(try PlannerSubject(Self.text).dockerfile)
        #expect(
            report.targets.map {
                "\($0.range.start.line) \($0.name)|\($0.description)|\($0.base)|\($0.platform ?? "")|\($0.isDefault)"
            } == [
                "6 build|makes it|base:$full|$BUILDPLATFORM|false", "9 skipped||base||false", "13 ||base||true",
            ])
    }
}
