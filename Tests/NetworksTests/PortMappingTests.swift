// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Networks

struct PortMappingTests {
    @Test(arguments: [
        ("80", [":80/tcp"]), ("8080:80", ["8080:80/tcp"]), ("8080:80/udp", ["8080:80/udp"]),
        ("127.0.0.1:8080:80", ["127.0.0.1:8080:80/tcp"]), ("127.0.0.1::80/UDP", ["127.0.0.1::80/udp"]),
        ("[::1]:8080:80", ["[::1]:8080:80/tcp"]), ("[::]:80", ["[::]::80/tcp"]),
        ("8000-8002:80-82", ["8000:80/tcp", "8001:81/tcp", "8002:82/tcp"]), ("80-81", [":80/tcp", ":81/tcp"]),
        ("8000-8010:80", ["8000-8010:80/tcp"]), ("[::1]:8000-8001:80/udp", ["[::1]:8000-8001:80/udp"]),
        ("65535:1/sctp", ["65535:1/sctp"]), ("0.0.0.0:80:80", ["0.0.0.0:80:80/tcp"]),
    ]) func itIsReadAsDockerDoes(_ text: String, _ expected: [String]) throws {
        #expect(try PortMapping.parse(text).map(\.description) == expected)
    }

    @Test(arguments: [
        ("", "is no port"), ("0", "is no port"), ("65536", "is no port"), ("a:80", "is no port"), ("80:", "is no port"),
        ("80/", "is no protocol"), ("80/icmp", "is no protocol"), ("1:2:3:4", "too many parts"),
        ("1.2.3:80:80", "no address of IPv4"), ("::1:80:80", "too many parts"), ("[::1:80", "no IPv6 address"),
        ("[127.0.0.1]:80:80", "no IPv6 address"), ("[::1]80", "has to follow"), ("80-79", "backwards"),
        ("81-80:80", "backwards"), ("80:80-81", "of one length"), ("80-82:80-81", "of one length"),
        ("+80", "is no port"), ("80-81-82", "no range"), ("127.0.0.1:80", "is no port"),
    ]) func whatIsNoneSaysWhatToWrite(_ text: String, _ reason: String) {
        do throws(NetworkError) {
            _ = try PortMapping.parse(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect("\(error)".contains(reason) && "\(error)".contains("write [IP:]"), "\(error)")
        }
    }
    /// Nothing would answer there: the relay has no SCTP, and the kernel routes ::1 to no container.
    @Test(arguments: ["[::1]:9:9/sctp", "[::1]::9/SCTP", "[0:0:0:0:0:0:0:1]:9-10:9-10/sctp"])
    func sctpIsRefusedWhereItIsRelayed(_ text: String) {
        do throws(NetworkError) {
            _ = try PortMapping.parse(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.code == .invalid && "\(error)".contains("write 127.0.0.1"), "\(error)")
        }
    }

    @Test(arguments: ["[::1]:9:9/udp", "[::1]:9:9", "[::]:9:9/sctp", "[fd00::1]:9:9/sctp", "127.0.0.1:9:9/sctp"])
    func otherPortsAreTakenThere(_ text: String) throws {
        #expect(try PortMapping.parse(text).count == 1)
    }
}
