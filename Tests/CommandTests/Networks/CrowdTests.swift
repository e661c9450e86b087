// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Many containers that come and go on one network while somebody keeps asking.
@Suite(.commands, .box) struct CrowdTests {
    /// Sixty-four, eight at a time. The one that is asked answers all the while, and afterwards nothing is left of them.
    @Test func askingGoesOnWhileOthersComeAndGo() throws {
        let box = try box()
        box.removeNetworksAtEnd()
        try box("network", "create", "--subnet", "10.9.32.0/24", "--ipv6", "crowd")
        try box(
            "run", "-d", "--name", "server", "--network", "crowd", "-p", "18101:80", "busybox", "nc", "-ll", "-p", "80",
            "-e", "echo", "hello")
        #expect(Clock.wait { (try? box("exec", "server", "sh", "-c", "netstat -ltn | grep -q :80").status) == 0 })
        let address = try box("inspect", "-f", "{{.NetworkSettings.Networks.crowd.IPAddress}}", "server").text
        try box(
            "run", "-d", "--name", "client", "--network", "crowd", "busybox", "sh", "-c",
            """
            while [ ! -e /stop ]; do
                if [ "$(nc -w 20 \(address) 80)" = hello ]; then echo yes; else echo no; fi
                usleep 20000
            done
            """)
        let crowd = try box.shell(
            """
            seq 64 | xargs -P 8 -I% timeout 500 sh -c '$MINIBOX run --rm --name crowd-% --network crowd \
                -p $((18200 + %)):9000 busybox nc -w 20 \(address) 80 2>&1 || echo failed %'
            """, timeout: 120)
        #expect(crowd.lines.filter { $0 == "hello" }.count == 64, "\(crowd)")
        #expect(Clock.wait(seconds: 30) { ((try? box("logs", "client").lines.count) ?? 0) > 3 })
        // It may be killed before it has ended: with its file the container ends.
        try box("exec", "client", "touch", "/stop")
        #expect(try box("wait", "client").text == "0")
        let answers = try box("logs", "client").lines
        #expect(
            answers.count > 3 && !answers.contains("no"), "\(answers.count): \(answers.filter { $0 == "no" }.count)")
        try box("rm", "-f", "client")
        let members = try box("network", "inspect", "-f", "{{range .Containers}}{{.Name}}{{end}}", "crowd")
        #expect(members.text == "server")
        #expect(try !box.shell("ls \(box.runRoot)/ports").output.contains("182"))
        // Their interfaces end with their namespaces, which the kernel takes down by and by.
        let ports = "ip -o link show master mb-$($MINIBOX network ls -q -f name=crowd) | wc -l"
        #expect(Clock.wait(seconds: 30) { (try? box.shell(ports).text) == "1" })
    }
}
