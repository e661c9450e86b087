// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct VariableCheckTests {
    @Test func undefinedArgInFrom() throws {
        func found(_ place: String, _ name: String, _ near: String? = nil) -> String {
            "\(place) no ARG in front of the first FROM declares \(name)\(near.map { " (did you mean \($0)?)" } ?? "")"
        }
        for (text, expected) in [
            ("FROM --platform=$BULIDPLATFORM scratch", [found("1:17-31", "BULIDPLATFORM", "BUILDPLATFORM")]),
            (
                "ARG MY_OS=linux\nARG MY_ARCH=amd64\nFROM --platform=linux/${MYARCH} busybox",
                [found("3:23-31", "MYARCH", "MY_ARCH")]
            ),
            ("ARG tag=latest\nFROM busybox:${tag}${version} AS b", [found("2:20-29", "version")]),
            ("FROM scratch AS a\nARG x=1\nFROM a$x", [found("3:7-9", "x")]),
            ("ARG base=scratch\nFROM $base", []), ("FROM --platform=$BUILDPLATFORM scratch", []),
            ("FROM --platform=$TARGETOS/$TARGETARCH scratch", []), ("ARG DEBUG\nFROM scratch${DEBUG}", []),
            ("ARG DEBUG\nFROM scra${DEBUG:-tch}", []), ("ARG DEBUG=\"\"\nFROM scratch${DEBUG-@bogus}", []),
        ] as [(String, [String])] {
            try Checking.expect(.undefinedArgInFrom, in: text, expected)
        }
        // Declared is declared, given or not; given and not declared is not.
        try Checking.expect(.undefinedArgInFrom, in: "FROM a$x", [found("1:7-9", "x")]) { $0.arguments = [("x", "1")] }
    }

    @Test func undefinedVar() throws {
        func found(_ place: String, _ name: String, _ near: String? = nil) -> String {
            "\(place) the variable $\(name) is not set\(near.map { " (did you mean $\($0)?)" } ?? "")"
        }
        for (text, expected) in [
            ("COPY $foo .\nARG foo=bar\nRUN echo $foo", [found("2:6-10", "foo")]),
            (
                "ARG DIR_BINARIES=b/\nARG DIR_ASSETS=a/\nCOPY x/$DIR_ASSET .",
                [found("4:8-18", "DIR_ASSET", "DIR_ASSETS")]
            ),
            ("ENV PATH=$PAHT:/tmp/bin", [found("2:10-15", "PAHT", "PATH")]),
            ("ENV a=1 b=$a", [found("2:11-13", "a")]), ("ENV k one $vv two", [found("2:11-14", "vv")]),
            ("LABEL a=${xx:-y} b=$xx", [found("2:9-13", "xx")]),
            (
                "USER $u\nWORKDIR /$w",
                [
                    found("2:6-8", "u"), found("3:10-12", "w"),
                ]
            ),
            ("EXPOSE 80 $p", [found("2:11-13", "p")]), ("VOLUME [\"/a\", \"$v\"]", [found("2:16-18", "v")]),
            ("STOPSIGNAL $s", [found("2:12-14", "s")]), ("ARG a=$b", [found("2:7-9", "b")]),
            (
                "COPY --chown=$o --chmod=$m a $d",
                [
                    found("2:14-16", "o"), found("2:25-27", "m"), found("2:30-32", "d"),
                ]
            ),
            ("RUN --mount=type=cache,target=$t,id=$i a", [found("2:31-33", "t"), found("2:37-39", "i")]),
            (
                "COPY <<a <<'b' /c/\n$x\n$xy ${y}\na\n$z\nb",
                [
                    found("3:1-3", "x"), found("4:1-4", "xy"), found("4:5-8", "y"),
                ]
            ),
            ("ADD --checksum=$c \\\n  https://a/b\\\n  $dd", [found("2:16-18", "c"), found("4:3-6", "dd")]),
            ("COPY a$TARGETARCH b", [found("2:7-18", "TARGETARCH")]),
            // What is set, declared, or none of the builder's.
            ("ARG foo\nCOPY a${foo} .", []), ("ARG a b=$a c=${b}", []), ("ENV a=1\nENV b=$a", []),
            ("RUN echo $nothing\nCMD $nothing\nENTRYPOINT $nothing", []), ("COPY --exclude=$x a b", []),
            ("HEALTHCHECK CMD $x\nMAINTAINER $x\nSHELL [\"$x\"]", []), ("ONBUILD COPY $x b", []),
            ("COPY <<'a' b\n$x\na", []), ("ENV a='$x' b=\\$x", []), ("ARG TARGETARCH\nCOPY a$TARGETARCH b", []),
            ("ENV a=${b", []), ("ENV PATH=$PATH:/b", []),
            ("ARG BUILDKIT_SBOM_SCAN_STAGE=true\nCOPY $BUILDKIT_SBOM_SCAN_STAGE b", []),
        ] as [(String, [String])] {
            try Checking.expect(.undefinedVar, in: "FROM scratch\n" + text, expected)
        }
    }

    @Test func variablesOfBases() throws {
        func found(_ name: String) -> [String] { ["2:5-\(6 + name.utf8.count) the variable $\(name) is not set"] }
        let text = "FROM x\nADD $GOPATHS b"
        // An image that is not known may set anything.
        try Checking.expect(.undefinedVar, in: text, [])
        try Checking.expect(.undefinedVar, in: text, found("GOPATHS")) { $0.image = { _ in Checking.image() } }
        for image in [
            Checking.image(["GOPATHS=/go"]), Checking.image(onBuild: ["ENV GOPATHS=/go"]),
            Checking.image(onBuild: ["ARG GOPATHS", "COPY $nothing ."]),
        ] {
            try Checking.expect(.undefinedVar, in: text, []) { $0.image = { $0 == "x" ? image : nil } }
        }
        // Those of a stage are handed on, its ARGs as well.
        let stages = "FROM scratch AS A\nARG a=1\nENV b=2\nONBUILD ENV c=3\nFROM a\nCOPY $a $b $c /\nFROM scratch\n"
        try Checking.expect(.undefinedVar, in: stages, [])
        try Checking.expect(
            .undefinedVar, in: stages + "COPY $a /",
            ["8:6-8 the variable $a is not set"])
        try Checking.expect(.undefinedVar, in: "ARG v=x\nFROM $v\nADD $GOPATHS b", []) {
            $0.image = { $0 == "x" ? Checking.image(["GOPATHS=/go"]) : nil }
        }
    }

    @Test func invalidDefaultArgInFrom() throws {
        func found(_ place: String, _ text: String) -> String {
            "\(place) without --build-arg this is \(text), which is no image: "
                + "give the ARG a default, or write ${NAME:-DEFAULT}"
        }
        for (text, expected) in [
            ("ARG VERSION\nFROM busybox:$VERSION", [found("2:6-22", "busybox:")]),
            ("ARG IMAGE\nFROM $IMAGE", [found("2:6-12", "nothing")]),
            ("ARG SFX=\"box:\"\nFROM busy${SFX} AS b", [found("2:6-16", "busybox:")]),
            ("ARG VERSION=\"latest\"\nFROM busybox:${VERSION}", []), ("ARG V=\"\"\nFROM busybox:stable${V}", []),
            ("ARG V\nFROM busybox:stable${V}", []), ("ARG V\nFROM busybox:${V:-1}", []),
            ("ARG V=Base\nFROM scratch AS base\nFROM $V", []), ("FROM scratch", []), ("ARG V=${\nFROM $V", []),
        ] as [(String, [String])] {
            try Checking.expect(.invalidDefaultArgInFrom, in: text, expected) {
                $0.arguments = [("VERSION", "1"), ("IMAGE", "busybox"), ("SFX", "box:1")]
            }
        }
    }

    @Test func invalidBaseImagePlatform() throws {
        let machine = Platform(os: "linux", architecture: "amd64")
        let arm = Checking.image(platform: Platform(os: "linux", architecture: "arm64", variant: "v8"))
        func check(_ text: String, _ expected: [String]) throws {
            try Checking.expect(.invalidBaseImagePlatform, in: text, expected) {
                $0.machine = machine
                $0.image = { $0 == "arm" ? arm : Checking.image(platform: machine) }
            }
        }
        try check(
            "FROM amd\nFROM arm AS b\nFROM b",
            ["2:6-9 arm is for linux/arm64, and linux/amd64 is wanted: choose another image"])
        try check(
            "FROM --platform=linux/arm64 amd",
            ["1:29-32 amd is for linux/amd64, and linux/arm64 is wanted: choose another image"])
        try check("FROM --platform=linux/aarch64 arm\nFROM --platform=$BUILDPLATFORM amd\nFROM scratch", [])
        // An image that is not known here is looked at by the build.
        try Checking.expect(.invalidBaseImagePlatform, in: "FROM arm", []) { $0.machine = machine }
    }

    @Test func redundantTargetPlatform() throws {
        for written in ["$TARGETPLATFORM", "${TARGETPLATFORM}", "\"$TARGETPLATFORM\""] {
            let shown = written.filter { $0 != "\"" }
            try Checking.expect(
                .redundantTargetPlatform, in: "FROM --platform=\(written) scratch",
                ["1:6-\(17 + written.utf8.count) --platform=\(shown) is so anyhow: leave it out"])
        }
        for written in ["$BUILDPLATFORM", "linux/amd64", "$TARGETPLATFORM$none", "$TARGETOS/$TARGETARCH"] {
            try Checking.expect(.redundantTargetPlatform, in: "FROM --platform=\(written) scratch", [])
        }
    }

    @Test func fromPlatformFlagConstDisallowed() throws {
        func found(_ platform: String) -> String {
            "1:6-\(17 + platform.utf8.count) the stage is for \(platform) alone: write $BUILDPLATFORM, leave it out, "
                + "or name the stage after it"
        }
        func check(_ text: String, _ expected: [String]) throws {
            try Checking.expect(.fromPlatformFlagConstDisallowed, in: text, expected) {
                $0.machine = Platform(os: "linux", architecture: "amd64")
            }
        }
        try check("FROM --platform=linux/amd64 scratch", [found("linux/amd64")])
        try check("FROM --platform=linux/amd64 scratch AS build", [found("linux/amd64")])
        try check("FROM --platform=arm64 scratch AS build", [found("arm64")])
        for text in [
            "FROM --platform=linux/amd64 scratch AS my_amd64_stage", "FROM --platform=linux/amd64 scratch AS Linux",
            "FROM --platform=$BUILDPLATFORM scratch", "FROM --platform=linux/$TARGETARCH scratch",
            "FROM --platform=none scratch", "FROM scratch", "FROM --platform=aarch64 scratch AS arm64",
        ] {
            try check(text, [])
        }
    }
}
