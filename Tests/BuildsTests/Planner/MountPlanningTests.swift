// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct MountPlanningTests {
    /// The mounts of one RUN in `/w`, with a stage `build` above it.
    private func mounts(_ options: String...) throws -> [RunMount] {
        let flags = options.map { "--mount=\($0) " }.joined()
        return try planned("FROM base AS build\nRUN make\nFROM base\nWORKDIR /w\nENV v=val\nRUN \(flags)x").runs.last?
            .mounts
            ?? []
    }

    private func refused(_ options: String, stages: Int = 1) -> String {
        refusal("FROM base\nENV v=val t=tmpfs\nRUN --mount=\(options) x")
    }

    @Test func `a bind is of the context, read-only, and below the working directory`() throws {
        #expect(
            try mounts(
                "target=/t", "source=a/../b,dst=t", "type=bind,src=/../$v,destination=../x/,rw", "target=/y,ro=false",
                "readwrite=false,target=/z", "source=s") == [
                    RunMount(kind: .bind(from: .context(""), source: "/", isWritable: false), target: "/t"),
                    RunMount(kind: .bind(from: .context(""), source: "/b", isWritable: false), target: "/w/t"),
                    RunMount(kind: .bind(from: .context(""), source: "/val", isWritable: true), target: "/x"),
                    RunMount(kind: .bind(from: .context(""), source: "/", isWritable: true), target: "/y"),
                    RunMount(kind: .bind(from: .context(""), source: "/", isWritable: false), target: "/z"),
                    RunMount(kind: .bind(from: .context(""), source: "/s", isWritable: false), target: "/w"),
                ])
    }

    @Test func `a bind can be of a stage, an image, or nothing`() throws {
        let kinds = try mounts("from=BUILD,target=/a", "from=base,source=etc,target=/b", "from=scratch,target=/c").map(
            \.kind)
        #expect(
            kinds == [
                .bind(from: .step(0), source: "/", isWritable: false),
                .bind(from: .image("the base"), source: "/etc", isWritable: false),
                .bind(from: .empty, source: "/", isWritable: false),
            ])
    }

    @Test func `a mount makes a stage needed`() throws {
        let plan = try planned(
            "FROM base AS a\nRUN one\nFROM base AS b\nRUN two\nFROM base\nRUN --mount=from=b,target=/b x")
        #expect(plan.stages.map(\.name) == ["b", "stage-2"])
    }

    @Test func `a cache has its target as its name, and starts empty`() throws {
        #expect(
            try mounts(
                "type=cache,target=/c/../d/", "type=cache,target=c",
                "type=cache,id=$v,sharing=LOCKED,from=build,source=/s,mode=0700,uid=1,gid=2,ro,target=/e") == [
                    RunMount(
                        kind: .cache(
                            id: "/d", sharing: .shared, seed: .empty, source: "/", mode: 0o755, user: 0, group: 0,
                            isReadOnly: false), target: "/d"),
                    RunMount(
                        kind: .cache(
                            id: "c", sharing: .shared, seed: .empty, source: "/", mode: 0o755, user: 0, group: 0,
                            isReadOnly: false), target: "/w/c"),
                    RunMount(
                        kind: .cache(
                            id: "val", sharing: .locked, seed: .step(0), source: "/s", mode: 0o700, user: 1, group: 2,
                            isReadOnly: true), target: "/e"),
                ])
    }

    @Test func `a tmpfs can have a size, and a read-only one is nothing`() throws {
        #expect(
            try mounts(
                "type=tmpfs,target=/a", "type=TMPFS,size=64m,target=/b", "type=tmpfs,ro,target=/c",
                "type=tmpfs,size=0,target=/d") == [
                    RunMount(kind: .tmpfs(size: nil), target: "/a"),
                    RunMount(kind: .tmpfs(size: 64 << 20), target: "/b"),
                    RunMount(kind: .bind(from: .empty, source: "/", isWritable: false), target: "/c"),
                    RunMount(kind: .tmpfs(size: nil), target: "/d"),
                ])
    }

    @Test func `a secret is a file, a variable, or both`() throws {
        func secret(_ id: String, variable: String? = nil, required: Bool = false, mode: UInt32 = 0o400)
            -> RunMount.Kind
        {
            .secret(id: id, variable: variable, isRequired: required, mode: mode, user: 0, group: 0)
        }
        #expect(
            try mounts(
                "type=secret,id=a/b", "type=secret,target=/x/y", "type=secret,source=s,target=k",
                "type=secret,id=t,env=T", "type=secret,id=t,env=T,target=/t,required",
                "type=secret,id=q,required=true,mode=0444")
                == [
                    RunMount(kind: secret("a/b"), target: "/run/secrets/b"),
                    RunMount(kind: secret("y"), target: "/x/y"),
                    RunMount(kind: secret("s"), target: "/w/k"),
                    RunMount(kind: secret("t", variable: "T"), target: ""),
                    RunMount(kind: secret("t", variable: "T", required: true), target: "/t"),
                    RunMount(kind: secret("q", required: true, mode: 0o444), target: "/run/secrets/q"),
                ])
    }

    @Test func `a secret's variable is not shown`() throws {
        let plan = try planned("FROM base\nENV v=1\nRUN --mount=type=secret,id=t,env=T login $T ${T} $v")
        #expect(plan.titles == ["[2/2] RUN --mount=type=secret,id=t,env=T login **** **** 1"])
    }

    @Test func `agents are numbered`() throws {
        func agent(_ id: String, required: Bool = false, mode: UInt32 = 0o600, user: UInt32 = 0) -> RunMount.Kind {
            .ssh(id: id, isRequired: required, mode: mode, user: user, group: 0)
        }
        #expect(
            try mounts("type=ssh", "type=ssh,id=git,required,mode=0666,uid=5", "type=ssh,target=/s") == [
                RunMount(kind: agent("default"), target: "/run/buildkit/ssh_agent.0"),
                RunMount(kind: agent("git", required: true, mode: 0o666, user: 5), target: "/run/buildkit/ssh_agent.1"),
                RunMount(kind: agent("default"), target: "/s"),
            ])
    }

    @Test func `values may be quoted for commas`() throws {
        #expect(
            try mounts("'\"target=/a,b\",\"source=c d\"'")
                == [RunMount(kind: .bind(from: .context(""), source: "/c d", isWritable: false), target: "/a,b")])
    }

    @Test(arguments: [
        ("type=bnd,target=/a", "there is no type bnd, did you mean bind? (bind, cache, tmpfs, secret, ssh)"),
        ("type=$v,target=/a", "there is no type val (bind, cache, tmpfs, secret, ssh)"),
        ("target=/", "the target is the root, write target=PATH"),
        ("source=a", "the target is the root, write target=PATH"),
        ("type=tmpfs", "the target is the root, write target=PATH"),
        ("id=a,target=/a", "id means nothing for type=bind, which has from, readonly, readwrite, source, target, type"),
        (
            "size=1,target=/a",
            "size means nothing for type=bind, which has from, readonly, readwrite, source, target, type"
        ),
        (
            "mode=0644,target=/a",
            "mode means nothing for type=bind, which has from, readonly, readwrite, source, target, type"
        ),
        (
            "required,target=/a",
            "required means nothing for type=bind, which has from, readonly, readwrite, source, target, type"
        ),
        (
            "type=$t,source=a,target=/a",
            "source means nothing for type=tmpfs, which has readonly, readwrite, size, target, type"
        ),
        (
            "type=ssh,source=a",
            "source means nothing for type=ssh, which has gid, id, mode, readonly, required, target, type, uid"
        ),
        ("type=secret", "a secret needs an id, write type=secret,id=NAME"),
        ("type=secret,id=a,source=b", "source of a secret is its id, leave one of both out"),
        ("type=secret,id=a,ro=false", "a mount of type=secret cannot be written to"),
        ("type=cache,sharing=all,target=/a", "sharing=all is wrong, write shared, private or locked"),
        ("type=cache,mode=9,target=/a", "mode=9 is wrong, write octal digits as in 0755"),
        ("type=cache,mode=17777,target=/a", "mode=17777 is wrong, write octal digits as in 0755"),
        ("type=cache,uid=root,target=/a", "uid=root is wrong, write a number"),
        ("type=cache,gid=-1,target=/a", "gid=-1 is wrong, write a number"),
        ("ro=maybe,target=/a", "ro=maybe is wrong, write true or false"),
        ("type=tmpfs,size=big,target=/a", "size=big is wrong, write a size as in 64m"),
        ("type=secret,id=a,env=A=B", "env=A=B is wrong, write a variable's name"),
    ])
    func `what is wrong with a mount is said`(options: String, reason: String) {
        #expect(refused(options) == "3: --mount: \(reason)")
    }

    @Test func `variables are for all but from`() {
        #expect(refused("from=$v,target=/a").contains("from of --mount cannot have variables"))
        #expect(refused("targte=/a").contains("did you mean target?"))
        #expect(refused("target=${v^},source=x").hasPrefix("3: cannot expand \"${v^}\""))
    }
}
