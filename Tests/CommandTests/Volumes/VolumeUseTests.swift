// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// Volumes in containers: whose they are, who keeps them, and what becomes of them.
@Suite(.commands, .box) struct VolumeUseTests {
    @Test func aNamedVolumeIsMadeAndOutlivesItsContainers() throws {
        let box = try box()
        let name = box.volumeName()
        #expect(
            try box("run", "--rm", "-v", "\(name):/data", "busybox", "sh", "-c", "echo kept >/data/file").status == 0)
        #expect(try box("run", "--rm", "-v", "\(name):/other", "busybox", "cat", "/other/file").text == "kept")
        let path = "\(box.root)/volumes/\(name)/_data/file"
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int == 0)
        let written = try box("run", "--rm", "-v", "\(name):/data:ro", "busybox", "touch", "/data/x")
        #expect(written.errors.contains("Read-only file system"), "\(written)")
        #expect(
            try box("run", "--rm", "--mount", "src=\(name),dst=/data,ro", "busybox", "touch", "/data/x").status == 1)
    }

    @Test func ownersOnDiskAreTheContainersUnderEitherUsers() throws {
        let box = try box()
        let name = box.volumeName()
        try box("run", "--rm", "-v", "\(name):/data", "busybox", "sh", "-c", "touch /data/a; chown 1000:50 /data/a")
        let host = try box(
            "run", "--rm", "--userns", "host", "-v", "\(name):/data", "busybox", "stat", "-c", "%u:%g", "/data/a")
        #expect(host.text == "1000:50", "\(host)")
    }

    @Test func volumesThatNobodyNamedGoWithTheContainer() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        let before = try box("volume", "ls", "-q").lines
        let inside = try box("run", "--rm", "-v", "/more", image, "sh", "-c", "touch /more/x /state/y; cat /data/file")
        #expect(inside.text == "first", "\(inside)")
        #expect(try box("volume", "ls", "-q").lines == before)
    }

    @Test func aContainerThatIsKeptKeepsThemUntilItIsRemovedWithThem() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let before = Set(try box("volume", "ls", "-q").lines)
        box.atEnd { _ = try? box("rm", "-f", "-v", "holder") }
        try box("run", "--name", "holder", "-v", "\(name):/named", image, "sh", "-c", "echo mine >/state/file")
        let added = Set(try box("volume", "ls", "-q").lines).subtracting(before)
        #expect(added.count == 3)
        let record = try #require(try JSON(parsing: Array(box("inspect", "holder").output.utf8))[0]?["Mounts"]?.array)
        #expect(Set(record.compactMap { $0["Destination"]?.string }) == ["/data", "/state", "/named"])
        let named = try #require(record.first { $0["Destination"]?.string == "/named" })
        #expect(named["Type"]?.string == "volume" && named["Name"]?.string == name)
        #expect(named["Source"]?.string == "\(box.root)/volumes/\(name)/_data")
        #expect(named["Driver"]?.string == "local" && named["RW"]?.bool == true)

        let refused = try box("volume", "rm", name)
        #expect(refused.status == 1 && refused.errors.contains("is used by holder"), "\(refused)")
        #expect(try box("volume", "ls", "-q", "-f", "dangling=false").lines.contains(name))
        #expect(try !box("volume", "prune", "-a", "-f").lines.contains("Removed: \(name)"))

        try box("rm", "-v", "holder")
        #expect(Set(try box("volume", "ls", "-q").lines).subtracting(before) == [name])
    }

    @Test func withoutAskingRemovalLeavesThemToBePruned() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        let before = Set(try box("volume", "ls", "-q").lines)
        try box("run", "--name", "left", image)
        try box("rm", "left")
        let left = Set(try box("volume", "ls", "-q").lines).subtracting(before)
        #expect(left.count == 2)
        let pruned = try box("system", "prune", "-f", "--volumes")
        for name in left { #expect(pruned.lines.contains("Removed: \(name)"), "\(pruned)") }
        #expect(Set(try box("volume", "ls", "-q").lines).isDisjoint(with: left))
    }

    @Test func oneContainerShowsWhatAnotherShows() throws {
        let box = try box()
        let (image, name, folder) = (try box.imageWithVolumes(), box.volumeName(), try box.directory("bound"))
        box.atEnd { _ = try? box("rm", "-f", "-v", "source") }
        try box(
            "run", "--name", "source", "-v", "\(name):/named:ro", "-v", "\(folder):/bound", image, "sh", "-c",
            "echo mine >/state/file; echo bound >/bound/file")
        let seen = try box(
            "run", "--rm", "--volumes-from", "source", "busybox", "sh", "-c",
            "cat /state/file /bound/file; touch /named/x; touch /state/more")
        #expect(seen.lines == ["mine", "bound"])
        #expect(seen.errors.contains("/named/x: Read-only") && !seen.errors.contains("/state"), "\(seen)")
        let readOnly = try box(
            "run", "--rm", "--volumes-from", "source:ro", "-v", "/bound", "-v", "\(folder):/state", "busybox", "sh",
            "-c", "touch /bound/x; cat /state/file")
        #expect(readOnly.errors.contains("Read-only") && readOnly.lines == ["bound"], "\(readOnly)")
        // What another container uses stays, also where this one takes itself away.
        #expect(try box("run", "--rm", "--volumes-from", "source", "busybox", "cat", "/state/file").text == "mine")
        #expect(try box("run", "--rm", "--volumes-from", "nobody", "busybox", "true").status == 125)
    }

    @Test func aContainerHasItsVolumesAtEachStart() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        let before = Set(try box("volume", "ls", "-q").lines)
        box.atEnd { _ = try? box("rm", "-f", "-v", "source", "again") }
        try box("run", "--name", "source", image)
        let own = Set(try box("volume", "ls", "-q").lines).subtracting(before)
        #expect(own.count == 2)
        let made = try box(
            "create", "--name", "again", "--volumes-from", "source", "-v", "/more", "busybox", "sh", "-c",
            "ls /data /more; echo x >>/more/log; rm -rf /data/*")
        #expect(made.status == 0, "\(made)")
        try box("rm", "-v", "source")
        // Another container shows them still.
        #expect(own.isSubset(of: Set(try box("volume", "ls", "-q").lines)))
        let first = try box("start", "-a", "again")
        #expect(first.lines.contains("file") && !first.lines.contains("log"), "\(first)")
        let second = try box("start", "-a", "again")
        #expect(second.lines.contains("log") && !second.lines.contains("file"), "\(second)")
        try box("rm", "-v", "again")
        #expect(Set(try box("volume", "ls", "-q").lines) == before)
    }

    @Test func volumesOfAContainerThatWasNeverStartedAreFilled() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        box.atEnd { _ = try? box("rm", "-f", "-v", "holder") }
        #expect(try box("create", "--name", "holder", "-v", "\(name):/empty", image).status == 0)
        let seen = try box(
            "run", "--rm", "--volumes-from", "holder", "busybox", "sh", "-c",
            "cat /data/file; stat -c '%u:%g %a' /data/file /empty")
        #expect(seen.lines == ["first", "1000:1001 644", "1000:1000 700"], "\(seen)")
        // What was removed of it since is not put in again.
        try box("run", "--rm", "--volumes-from", "holder", "busybox", "rm", "/data/file")
        #expect(try box("start", "holder").status == 0)
        #expect(
            try box("run", "--rm", "--volumes-from", "holder", "busybox", "test", "-e", "/data/file").status == 1)
    }

    @Test func aDetachedContainerTakesItsVolumesAlong() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let before = Set(try box("volume", "ls", "-q").lines).union([name])
        box.atEnd { _ = try? box("rm", "-f", "-v", "detached") }
        try box(
            "run", "-d", "--rm", "--name", "detached", "-v", "\(name):/named", image, "sh", "-c",
            "trap 'exit 0' TERM; while :; do sleep 0.1; done")
        #expect(Set(try box("volume", "ls", "-q").lines).subtracting(before).count == 2)
        let refused = try box("volume", "rm", name)
        #expect(refused.errors.contains("is used by detached"), "\(refused)")
        try box("stop", "-t", "2", "detached")
        #expect(Clock.wait(seconds: 5) { (try? Set(box("volume", "ls", "-q").lines)) == before })
        #expect(try box("volume", "rm", name).status == 0)
    }

    @Test func aKilledSupervisorsVolumesAreTakenAwayByTheNextCommand() throws {
        let box = try box()
        let image = try box.imageWithVolumes()
        let before = Set(try box("volume", "ls", "-q").lines)
        let program = try box.container("killed", ["-v", "/more"], image: image)
        #expect(Set(try box("volume", "ls", "-q").lines).subtracting(before).count == 3)
        program.stop()
        #expect(Clock.wait(seconds: 5) { (try? Set(box("volume", "ls", "-q").lines)) == before })
    }

    @Test func twoMountsAtOnePlaceAreRefused() throws {
        let box = try box()
        let outcome = try box("run", "--rm", "-v", "\(box.volumeName()):/x", "--tmpfs", "/x", "busybox", "true")
        #expect(outcome.status == 125 && outcome.errors.contains("two mounts at /x"), "\(outcome)")
    }

    @Test func aPlanAloneMakesNothing() throws {
        let box = try box()
        let name = box.volumeName()
        let before = try box("volume", "ls", "-q").lines
        let plan = try box(
            "run", "--dry-run", "--explain=json", "-v", "\(name):/x", "-v", "/y", "-v", "\(box.folder)/missing:/z",
            "busybox", "true")
        #expect(plan.status == 0 && plan.output.contains("/volumes/\(name)\""), "\(plan)")
        #expect(try box("volume", "ls", "-q").lines == before)
        #expect(!FileManager.default.fileExists(atPath: "\(box.folder)/missing"))
    }

    @Test func usageCountsVolumes() throws {
        let box = try box()
        let name = box.volumeName()
        try box("run", "--rm", "-v", "\(name):/data", "busybox", "sh", "-c", "head -c 5000 /dev/zero >/data/file")
        #expect(try box("system", "df").lines.contains { $0.hasPrefix("Local Volumes ") })
        let lines = try box("system", "df", "-v").lines
        #expect(lines.contains { $0.hasPrefix(name) && $0.hasSuffix("5.00kB") }, "\(lines)")
    }

    @Test func aVolumeThatIsRemovedWhileContainersBeginIsMadeAgain() throws {
        let box = try box()
        let name = box.volumeName()
        let outcome = try box.shell(
            """
            for i in $(seq 24); do
                $MINIBOX run --rm -v \(name):/data busybox echo started &
                $MINIBOX volume rm \(name) >/dev/null 2>&1 &
            done; wait
            """, timeout: 120)
        #expect(outcome.lines.count { $0 == "started" } == 24 && outcome.errors.isEmpty, "\(outcome)")
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/volumes/.staging")
        #expect(left.isEmpty, "\(left)")
    }

    @Test func manyContainersFillOneVolumeOnce() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let outcome = try box.shell(
            "for i in $(seq 16); do $MINIBOX run --rm -v \(name):/data \(image) cat /data/file /data/later & done; wait",
            timeout: 120)
        #expect(
            outcome.lines.count { $0 == "first" } == 16 && outcome.lines.count { $0 == "second" } == 16, "\(outcome)")
        #expect(outcome.errors.isEmpty, "\(outcome)")
    }
}
