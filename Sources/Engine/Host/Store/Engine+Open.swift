// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Engine {
    /// The engine over `places`, where containers can be made: where the file system of the root cannot carry them, the
    /// root is an image from here on (``StoreImage``), for this process and those that it starts. To be called while there
    /// is one thread, before anything is opened.
    public static func open(_ places: Places) throws(EngineError) -> Engine {
        // Who is not root can make none, and is told so by what it is needed for.
        guard CurrentProcess.effectiveUser == 0, try needsImage(places) else { return Engine(places: places) }
        do throws(SystemError) {
            try StoreImage.enter(places.root)
        } catch {
            throw EngineError(
                .store,
                "\(places.root) is on a file system that cannot carry containers, such as a container's root, and an image "
                    + "file in it cannot be mounted either (\(error)): \(remedy(error, places.root))")
        }
        return Engine(places: places)
    }

    /// Gives what was removed from a store in an image back to the disk: to be called by what removes. `discard` alone does
    /// it only while the image stays mounted, and a command that is alone unmounts it at once.
    public func giveBackSpace() {
        guard CurrentProcess.effectiveUser == 0, let root = try? Descriptor.open(places.root, [.directory]),
            (try? root.status().device.major) == LoopDevice.major
        else { return }
        // What is freed can be given back once the journal says so. Of a journal that was ended, by an error of the disk or
        // the loss of it, ext4 counts as free what was removed and will be there again: what the disk then still takes would
        // be lost.
        guard (try? root.synchronizeFileSystem()) != nil else { return }
        try? root.trimFileSystem(atLeast: 1 << 20)
    }

    /// Without the right to mount, a volume alone would not help.
    private static func remedy(_ error: SystemError, _ root: String) -> String {
        if CurrentProcess.isInUserNamespace { return "\(OuterContainer.remedy) and --userns host" }
        return Doctor.missingCapabilities.contains(.sysAdmin) ? OuterContainer.remedy : imageRemedy(root)
    }

    static func imageRemedy(_ root: String) -> String {
        "start the outer container with a volume there (-v \(root)), or with --privileged"
    }

    /// Whether the store has to be in an image. The directory is made where that depends on it. One that is in an image
    /// stays there, and one that is not stays as it is, whatever a kernel says later.
    private static func needsImage(_ places: Places) throws(EngineError) -> Bool {
        if (try? Descriptor.open("\(places.root)/\(StoreImage.fileName)", .path)) != nil { return true }
        let place: Descriptor
        do throws(SystemError) {
            let magic = try Descriptor.open(nearest(to: places.root), [.path, .directory]).fileSystemStatus().magic
            let known = UpperProbe.isKnown(magic)
            if known == true { return false }
            place = try Descriptor.makeDirectories(places.root, mode: 0o700)
            if known == false { return true }
            if (try? place.status(of: "images")) != nil { return false }
        } catch {
            // What is wrong is said by who needs the directory, and for what.
            return false
        }
        do throws(SystemError) { return try !UpperProbe.keptAnswer(on: place, runRoot: places.runRoot) } catch {
            throw EngineError(
                .store, "cannot find out whether the file system of \(places.root) can carry containers", cause: error)
        }
    }

    /// The directory, or the nearest one above it that is there.
    static func nearest(to path: String) -> String {
        var place = path
        while (try? Descriptor.open(place, [.path, .directory])) == nil, let slash = place.lastIndex(of: "/"),
            place != "/"
        {
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        return place
    }
}
