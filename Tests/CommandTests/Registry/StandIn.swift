// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A program in the place of `minibox-fetch`, which gives what an OCI layout has, as a registry would, or does what a program
/// does that somebody has taken over.
struct StandIn {
    /// What it does beside what it should.
    enum Mode: String, CaseIterable {
        case honest
        /// Bytes of the right number that are others.
        case otherLayer, otherConfiguration, otherManifest
        /// Too few, too many.
        case shortLayer, longLayer
        /// Not a file.
        case symbolicLink, hardLink, pipe, directory, absent
        /// Changed after it was said to be done.
        case heldOpen, mapped
        /// Of another's number, no event, a line without an end, events without an end.
        case otherNumber, garbage, endlessLine, endlessEvents
        /// Ends, is killed, never says anything, or no more after half of a layer.
        case exits, dies, silent, half
        /// Gives the second half of a layer when it is told to.
        case waits
        /// The same of layers of more than 2 MiB: as it should, or with a first half that was none of it, or that is changed
        /// once it was read, or in another file.
        case slow, anew, altered, replaced
        /// Says what a terminal must not be told.
        case controls
    }

    /// The script, which everybody can read.
    let path: String
    /// What it was asked, a line each; and who it was.
    var log: String { path + ".log" }

    /// Gives what is in the layout at `layout`.
    init(_ box: Box, layout: String, _ mode: Mode = .honest) throws {
        let folder = try Self.openFolder()
        path = "\(folder)/fetch"
        let script = Self.script
            .replacingOccurrences(of: "@LAYOUT@", with: folder + "/layout")
            .replacingOccurrences(of: "@MODE@", with: mode.rawValue)
            .replacingOccurrences(of: "@LOG@", with: path + ".log")
        try script.write(toFile: path, atomically: false, encoding: .utf8)
        let made = try box.shell(
            """
            cp -r \(layout) \(folder)/layout && chmod -R a+rX \(folder) && chmod 755 \(path) && \
            touch \(path).log && chmod 666 \(path).log && chown 65534 \(folder)
            """)
        guard made.status == 0 else { throw Failure(words: "\(made)") }
    }

    struct Failure: Error { var words: String }

    /// A folder that everybody can reach, which a box's is not.
    private static func openFolder() throws -> String {
        let folder = "/tmp/minibox-stand-in-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        return folder
    }

    /// Lets one that waits go on.
    func goOn() { _ = FileManager.default.createFile(atPath: path + ".log.go", contents: nil) }

    func remove() { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }

    var asked: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    private static let script = #"""
        #!/usr/bin/python3
        # A stand-in for minibox-fetch: see StandIn.swift.
        import hashlib, json, mmap, os, sys, time
        layout, mode = "@LAYOUT@", "@MODE@"
        log = open("@LOG@", "a")
        status = dict(l.split(":\t", 1) for l in open("/proc/self/status").read().splitlines() if ":\t" in l)
        print("who", os.getresuid(), os.getresgid(), os.getgroups(), status["CapEff"], status["CapPrm"],
              status["NoNewPrivs"], sorted(os.environ), sorted(int(n) for n in os.listdir("/proc/self/fd"))[:-1],
              file=log, flush=True)
        def say(**event):
            sys.stdout.write(json.dumps(event) + "\n"); sys.stdout.flush()
        def blob(digest):
            return open(layout + "/blobs/sha256/" + digest.split(":")[1], "rb").read()
        session = json.loads(sys.stdin.readline())
        print("session", json.dumps(session), file=log, flush=True)
        if mode == "silent": time.sleep(1000)
        layers = set()
        for line in sys.stdin:
            request = json.loads(line)
            number, verb, name = request["id"], request["do"], request.get("file")
            print(verb, request.get("reference") or request.get("digest") or "", file=log, flush=True)
            if mode == "exits": print("it was all too much\x1b[31m", file=sys.stderr); sys.exit(3)
            if mode == "dies": os.kill(os.getpid(), 9)
            if mode == "garbage": sys.stdout.write("{]\n"); sys.stdout.flush()
            if mode == "otherNumber": say(id=number + 40, event="done")
            if mode == "endlessLine":
                while True: sys.stdout.write("x" * 65536)
            if mode == "endlessEvents":
                while True: say(id=number, event="progress", done=1, total=2)
            if mode == "controls":
                say(id=number, event="failed", code="denied", reason="no\x1b[2J\x07\r\nnever \u202eagain"); continue
            if verb in ("manifest", "resolve"):
                index = json.load(open(layout + "/index.json"))
                found = request["reference"] if ":" in request["reference"] else None
                for manifest in index["manifests"]:
                    tag = manifest.get("annotations", {}).get("org.opencontainers.image.ref.name", "").split(":")[-1]
                    if tag == request["reference"]: found = manifest["digest"]
                if found is None or not os.path.exists(layout + "/blobs/sha256/" + found.split(":")[1]):
                    say(id=number, event="failed", code="missing", reason="manifest unknown", status=404); continue
                if verb == "resolve": say(id=number, event="done", digest=found); continue
                data = blob(found)
                document = json.loads(data)
                for layer in document.get("layers", []): layers.add(layer["digest"])
                if mode == "otherManifest": data = data + b"\n"
                open(name, "wb").write(data)
                say(id=number, event="done", digest=found, mediaType=document.get("mediaType"))
            elif verb == "blob":
                data = blob(request["digest"])
                isLayer = request["digest"] in layers
                if isLayer:
                    if mode == "otherLayer": data = data[:-1] + bytes([data[-1] ^ 1])
                    if mode == "shortLayer": data = data[:-1]
                    if mode == "longLayer": data = data + b"\0"
                elif mode == "otherConfiguration": data = data[:-1] + b" "
                # What is there already of it is gone on from.
                have = os.path.getsize(name) if os.path.exists(name) else 0
                print("have", have, file=log, flush=True)
                if isLayer and mode == "symbolicLink": os.symlink("/etc/shadow", name)
                elif isLayer and mode == "hardLink": open("other", "wb").write(data); os.link("other", name)
                elif isLayer and mode == "pipe": os.mkfifo(name)
                elif isLayer and mode == "directory": os.mkdir(name)
                elif isLayer and mode == "absent": pass
                else:
                    file = open(name, "ab")
                    large = len(data) > 2 << 20 and mode in ("slow", "anew", "altered", "replaced")
                    if isLayer and (large or mode == "waits"):
                        half = len(data) // 2
                        file.write(os.urandom(half) if mode == "anew" else data[:half]); file.flush()
                        while not os.path.exists("@LOG@.go"):
                            say(id=number, event="progress", done=half, total=len(data)); time.sleep(0.05)
                        have = half
                        if mode == "anew": file.truncate(0); have = 0
                        if mode == "altered":
                            file.close(); file = open(name, "r+b"); file.seek(100); file.write(b"other bytes"); file.seek(0, 2)
                        if mode == "replaced": os.unlink(name); file.close(); file = open(name, "wb"); have = 0
                    file.write(data[have:] if mode != "half" or not isLayer else data[have:len(data) // 2])
                    if isLayer and mode == "half": file.close(); print("half", len(data) // 2, file=log, flush=True); time.sleep(1000)
                    if isLayer and mode == "heldOpen": file.flush(); held = file
                    elif isLayer and mode == "mapped":
                        file.close(); file = open(name, "r+b"); held = mmap.mmap(file.fileno(), 0); file.close()
                    else: file.close()
                say(id=number, event="progress", done=len(data), total=len(data))
                say(id=number, event="done", size=len(data))
            else:
                say(id=number, event="failed", code="unsupported", reason="not here")
        """#
}
