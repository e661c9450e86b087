// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct NotifySyntaxTests {
    @Test func isReadAndWritten() throws {
        for text in ["mkdir", "mkdir,unlink,refuse=/etc/*", "open,\"refuse=a,b\",\"refuse=say \"\"no\"\"\""] {
            let argument = try NotifyArgument(parsing: text)
            #expect(argument.description == text)
            #expect(try NotifyArgument(parsing: argument.description) == argument)
        }
        let changes = try NotifyArgument(parsing: "changes")
        #expect(!changes.kinds.contains(.open) && changes.kinds.contains(.mount) && changes.kinds.count == 10)
        #expect(try NotifyArgument(parsing: "mkdir,mkdir").kinds == [.mkdir])
    }

    @Test func whatItDoesNotKnowIsSaid() {
        #expect(refusal("mkdri", NotifyArgument.init(parsing:))?.contains("did you mean mkdir?") == true)
        #expect(
            refusal("read", NotifyArgument.init(parsing:))?.contains("is no call that somebody can be asked") == true)
        #expect(refusal("refuse=/a", NotifyArgument.init(parsing:))?.contains("names no call") == true)
        #expect(refusal("mkdir,refuse=", NotifyArgument.init(parsing:))?.contains("refuses no path") == true)
        #expect(refusal("", NotifyArgument.init(parsing:)) != nil)
    }

    @Test(arguments: [
        ("evil-*", "/t/evil-dir", true), ("evil-*", "/t/evil-dir/", true), ("evil-*", "/evil-dir/ok", false),
        ("evil-*", "evil-", true), ("/etc/*", "/etc/ssl/certs", true), ("/etc/*", "/etc", false),
        ("/t/?", "/t/a", true), ("/t/?", "/t/ab", false), ("*a*b", "/xaxxb", true), ("*a*b", "/xaxxbc", false),
        ("*", "/", true), ("/", "/", true), ("evil", "", false),
    ]) func refusesByPatterns(_ pattern: String, _ path: String, _ isRefused: Bool) throws {
        let argument = try NotifyArgument(parsing: "mkdir,refuse=\(pattern)")
        #expect(argument.refuses(path) == isRefused)
    }

    /// Every kind has calls, and every call of the kernel's that is named is one.
    @Test func everyKindHasCalls() {
        for kind in PathCalls.Kind.allCases {
            #expect(!kind.names.isEmpty)
            for name in kind.names {
                #expect(PathCalls.meaning(of: name)?.kind == kind)
                #expect(PathCalls.meaning(of: name)?.paths.isEmpty == false)
            }
        }
        #expect(PathCalls.meaning(of: "read") == nil)
    }
}
