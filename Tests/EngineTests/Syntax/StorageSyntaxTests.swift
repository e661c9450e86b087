// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import OCI
import Testing

@testable import Engine

/// What a container may write, how its mounts spread, and what it sees of the kernel.
@Suite struct StorageSyntaxTests {
    private func request(_ options: String..., removes: Bool = true) throws -> ContainerRequest {
        var request = ContainerRequest()
        request.image = "busybox"
        request.removesItself = removes
        request.storage = try options.map(StorageOption.init(parsing:))
        return request
    }

    @Test func limitsWhatIsWritten() throws {
        #expect(try request().writableLimit() == nil)
        #expect(try request("size=0").writableLimit() == nil)
        #expect(try request("size=16m").writableLimit() == WritableLimit(bytes: 16 << 20, inodes: 1024))
        #expect(try request("size=1g").writableLimit()?.inodes == 65_536)
        #expect(try request("size=16m", "inodes=256").writableLimit()?.inodes == 256)
        for wrong in [
            try request("inodes=100"), try request("size=1k"), try request("size=16m", removes: false),
        ] {
            #expect(throws: EngineError.self) { try wrong.writableLimit() }
        }
        #expect(
            refusal("sise=1", StorageOption.init(parsing:))
                == "'sise=1' is no option of what it writes to: did you mean size?")
        #expect(refusal("inodes=3", StorageOption.init(parsing:))?.contains("write 16 or more") == true)
        #expect(refusal("size", StorageOption.init(parsing:))?.contains("has no value") == true)
    }

    @Test func isKeptInARecord() throws {
        var request = try request("size=16m", "inodes=256")
        request.rootPropagation = try RootPropagation(parsing: "rslave")
        request.deviceRules = [try DeviceRuleArgument(parsing: "c 10:* rw")]
        request.securityOptions = [try SecurityOption(parsing: "keyring=inherit")]
        request.showsProcessesAlone = true
        #expect(try ContainerRequest(request.json) == request)
        #expect(request.inheritsKeyring)
        #expect(try SecurityOption(parsing: "keyring=private") == .keyring(inherits: false))
    }

    @Test func refusesWhatIsNone() {
        #expect(refusal("unbindable", RootPropagation.init(parsing:))?.contains("write one of rprivate") == true)
        #expect(refusal("x 1:2 r", DeviceRuleArgument.init(parsing:))?.contains("is no rule") == true)
        #expect(refusal("some", ProcView.init(parsing:))?.contains("write all or pids") == true)
        #expect(refusal("keyring=mine", SecurityOption.init(parsing:))?.contains("keyring=private or") == true)
    }
}
