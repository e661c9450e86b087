// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

@Suite struct UlimitArgumentTests {
    @Test(
        arguments: [
            ("nofile=1024:2048", "nofile", 1024, 2048), ("nofile=512", "nofile", 512, 512),
            ("core=-1", "core", .max, .max), ("memlock=0:unlimited", "memlock", 0, .max),
            ("NPROC=10:-1", "nproc", 10, .max),
        ] as [(String, String, UInt64, UInt64)])
    func readsOneOrTwoNumbers(text: String, name: String, soft: UInt64, hard: UInt64) throws {
        let ulimit = try UlimitArgument(parsing: text)
        #expect(ulimit.resource == Resource(name: name))
        #expect(ulimit.limit == ResourceLimit(soft: soft, hard: hard))
    }

    @Test(arguments: [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
        "rtprio", "rttime", "sigpending", "stack",
    ]) func knowsEveryResourceOfTheKernel(name: String) throws {
        #expect(try UlimitArgument(parsing: "\(name)=65536").resource.description == name)
    }

    @Test(arguments: [
        ("nofile", "is not a limit"), ("nofile=", "has '', which is no number"), ("nofile=a", "has 'a'"),
        ("nofile=1:2:3", "is not a limit"), ("nofile=2:1", "has a soft limit above the hard one"),
        ("nofile=-1:5", "has a soft limit above the hard one"), ("nofile=-2", "has '-2'"),
        ("nofiel=1", "did you mean nofile?"), ("=1", "which is no resource"), ("nofile=15", "write 16 or more"),
        ("fsize=0:-1", "write 65536 or more"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, UlimitArgument.init(parsing:))?.contains(message) == true)
    }
}

@Suite struct DeviceArgumentTests {
    @Test(arguments: [
        ("/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm"), ("/dev/fuse:r", "/dev/fuse", "/dev/fuse", "r"),
        ("/dev/fuse:wr", "/dev/fuse", "/dev/fuse", "rw"), ("/dev/fuse:/dev/x", "/dev/fuse", "/dev/x", "rwm"),
        ("/dev/fuse:/dev/x:rm", "/dev/fuse", "/dev/x", "rm"), ("/srv/disk:/dev/disk", "/srv/disk", "/dev/disk", "rwm"),
    ]) func readsOneToThreeParts(text: String, source: String, target: String, access: String) throws {
        let device = try DeviceArgument(parsing: text)
        #expect(device.source == source)
        #expect(device.target.description == target)
        #expect(device.access.letters == access)
    }

    @Test(arguments: [
        ("fuse", "is not a device"), ("", "is not a device"),
        ("/dev/fuse:/dev/x:rx", "has 'rx' where r, w and m belong"),
        ("/dev/fuse:/dev/x:rr", "has 'rr'"), ("/dev/fuse:/dev/x:", "has ''"), ("/dev/fuse:/etc/x", "outside of /dev"),
        ("/dev/fuse:/dev/../etc/x", "outside of /dev"), ("/dev/fuse:x", "outside of /dev"),
        ("/a:/dev/b:r:w", "is not a device"), ("vendor.com/gpu=0", "names a device of a vendor"),
        ("/srv/disk", "outside of /dev"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, DeviceArgument.init(parsing:))?.contains(message) == true)
    }

    @Test func readsRates() throws {
        let bytes = try DeviceRate(parsingBytes: "/dev/sda:10mb")
        #expect(bytes.path == "/dev/sda")
        #expect(bytes.rate == 10 << 20)
        #expect(try DeviceRate(parsingOperations: "/dev/sda:1000").rate == 1000)
        #expect(refusal("/dev/sda", DeviceRate.init(parsingBytes:))?.contains("has no rate") == true)
        #expect(refusal("sda:1m", DeviceRate.init(parsingBytes:))?.contains("does not begin with a device") == true)
        #expect(refusal("/dev/sda:1q", DeviceRate.init(parsingBytes:))?.contains("'1q' is not a size") == true)
        #expect(refusal("/dev/sda:0", DeviceRate.init(parsingBytes:))?.contains("has the rate 0") == true)
        #expect(refusal("/dev/sda:1m", DeviceRate.init(parsingOperations:))?.contains("has '1m'") == true)
    }
}

@Suite struct SysctlArgumentTests {
    @Test(
        arguments: [
            ("net.ipv4.ip_forward=1", .network), ("kernel.shmmax=65536", .ipc), ("kernel.msgmax=1", .ipc),
            ("kernel.sem=250 32000 32 128", .ipc), ("fs.mqueue.msg_max=10", .ipc), ("kernel.domainname=a.b=c", .uts),
        ] as [(String, Namespaces)]) func namesTheNamespaceOfASetting(text: String, namespace: Namespaces) throws
    {
        #expect(try SysctlArgument(parsing: text).namespace == namespace)
    }

    @Test func keepsTheWholeValue() throws {
        let setting = try SysctlArgument(parsing: "kernel.sem=250\t32000 32 128")
        #expect(setting.key == "kernel.sem")
        #expect(setting.value == "250\t32000 32 128")
        #expect(try SysctlArgument(parsing: "kernel.domainname=a=b").value == "a=b")
    }

    @Test(arguments: [
        ("kernel.core_pattern=|/x", "is a setting of the whole machine"), ("kernel.hostname=x", "of the whole machine"),
        ("kernel.shm=1", "of the whole machine"), ("vm.swappiness=1", "of the whole machine"),
        ("fs.file-max=1", "of the whole machine"), ("kernel.shmmaxx=1", "of the whole machine"),
        ("net.ipv4.ip_forward", "has no value"), ("net.ipv4.ip_forward=", "has no value"), ("=1", "is not the name"),
        ("net=1", "is not the name"), ("net..core=1", "is not the name"), ("net.a/../../kernel.x=1", "is not the name"),
        ("net/ipv4/ip_forward=1", "is not the name"), (".net.x=1", "is not the name"),
        ("kernel.shm_rmid_forced=1\nkernel.core_pattern=|/evil", "more than one line"),
        ("kernel.shm_rmid_forced=1\r", "more than one line"),
    ]) func refusesWithAWayOut(text: String, message: String) {
        #expect(refusal(text, SysctlArgument.init(parsing:))?.contains(message) == true)
    }
}
