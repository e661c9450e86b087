// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import ContainerRuntime

@Suite("A sysctl of a bundle")
struct SysctlTests {
    @Test(
        "names the same file with dots and with slashes",
        arguments: [
            ("net.ipv4.ip_forward", "net/ipv4/ip_forward"), ("net/ipv4/ip_forward", "net/ipv4/ip_forward"),
            ("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"),
            ("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding"),
        ])
    func file(_ written: String, _ file: String) throws {
        let key = try #require(RuntimeConfiguration.sysctlKey(written))
        #expect(Sysctl(key: key, value: "1").file == file)
    }
}
