// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct RuntimeConfigurationWritingTests {
    @Test func everyMemberSurvivesARoundTrip() throws {
        let document = try JSON(parsing: EveryMember.configuration)
        var expected = document
        // What has no meaning here, and what is the same where it is left out.
        expected["process"]?["commandLine"] = nil
        expected["linux"]?["personality"]?["flags"] = nil
        var namespaces = try #require(document["linux"]?["namespaces"]?.array)
        namespaces[7]["path"] = nil
        expected["linux"]?["namespaces"] = .array(namespaces)
        var devices = try #require(document["linux"]?["devices"]?.array)
        devices[1]["major"] = 0
        devices[1]["minor"] = 0
        expected["linux"]?["devices"] = .array(devices)
        let configuration = try RuntimeConfiguration(parsing: Array(EveryMember.configuration.utf8))
        #expect(configuration.json == expected)
        var again = try RuntimeConfiguration(parsing: configuration.json.bytes())
        #expect(try again.linux.seccomp?.json() == document["linux"]?["seccomp"])
        again.linux.seccomp = configuration.linux.seccomp
        #expect(again == configuration)
    }

    @Test func whatIsAbsentIsLeftOut() throws {
        #expect(RuntimeConfiguration(ociVersion: "1.3.0").json == ["ociVersion": "1.3.0", "linux": [:]])
        #expect(
            RuntimeConfiguration.Process(args: ["a"], cwd: "/").json
                == ["user": ["uid": 0, "gid": 0], "args": ["a"], "cwd": "/"])
        #expect(RuntimeConfiguration.Resources().json == [:])
    }

    @Test func featuresSayEverythingThatIsKnown() {
        var features = RuntimeFeatures(
            oldestVersion: "1.0.0", newestVersion: "1.3.0", hooks: RuntimeConfiguration.Hooks.names,
            mountOptions: ["ro"], namespaces: ["pid"], capabilities: ["CAP_KILL"])
        let bare: JSON = [
            "ociVersionMin": "1.0.0", "ociVersionMax": "1.3.0",
            "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
            "mountOptions": ["ro"],
            "linux": [
                "namespaces": ["pid"], "capabilities": ["CAP_KILL"],
                "cgroup": ["v1": false, "v2": false, "systemd": false, "systemdUser": false, "rdma": false],
                "seccomp": ["enabled": false], "apparmor": ["enabled": false], "selinux": ["enabled": false],
                "intelRdt": ["enabled": false], "mountExtensions": ["idmap": ["enabled": false]],
                "netDevices": ["enabled": false],
            ],
        ]
        #expect(features.json == bare)
        features.cgroup.v2 = true
        features.cgroup.rdma = true
        features.seccomp = .init(
            actions: ["SCMP_ACT_ALLOW"], operators: ["SCMP_CMP_EQ"], architectures: ["SCMP_ARCH_X86_64"],
            knownFlags: ["SECCOMP_FILTER_FLAG_LOG", "x"], supportedFlags: ["SECCOMP_FILTER_FLAG_LOG"])
        features.hasAppArmor = true
        features.hasSELinux = true
        features.hasIDMappedMounts = true
        features.hasNetDevices = true
        features.memoryPolicy = .init(modes: ["MPOL_BIND"], flags: [])
        features.unsafeAnnotations = ["org.example."]
        features.annotations = ["org.example.version": "1"]
        let linux = features.json["linux"]
        #expect(linux?["cgroup"]?["v2"] == true && linux?["cgroup"]?["rdma"] == true)
        #expect(
            linux?["seccomp"] == [
                "enabled": true, "actions": ["SCMP_ACT_ALLOW"], "operators": ["SCMP_CMP_EQ"],
                "archs": ["SCMP_ARCH_X86_64"], "knownFlags": ["SECCOMP_FILTER_FLAG_LOG", "x"],
                "supportedFlags": ["SECCOMP_FILTER_FLAG_LOG"],
            ])
        #expect(linux?["apparmor"] == ["enabled": true] && linux?["selinux"] == ["enabled": true])
        #expect(linux?["memoryPolicy"] == ["modes": ["MPOL_BIND"], "flags": []])
        #expect(linux?["mountExtensions"] == ["idmap": ["enabled": true]] && linux?["netDevices"] == ["enabled": true])
        #expect(features.json["annotations"] == ["org.example.version": "1"])
        #expect(features.json["potentiallyUnsafeConfigAnnotations"] == ["org.example."])
    }
}
