// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Layers that are unpacked while they come, by a process that would have nothing to do otherwise.
///
/// Nothing is believed sooner: the file is the fetching program's until it is accepted, and then its digest has to be that of
/// the bytes that the layer was made of. Where it is not, or anything else goes wrong on the way, the layer is made again
/// of the whole file, as if there had been no such attempt: a broken answer may have been replaced by a good one meanwhile.
extension PullWork {
    /// Bytes of an archive from which on it is worth it.
    private static let least: Int64 = 2 << 20

    /// Has a layer unpacked from here on, if that can be done.
    func beginEarly(_ place: Int) throws(ImageError) {
        let blob = plan[place].blob
        guard !plan[place].wasEarly, blob.size >= Self.least, workers.hasIdleProcess else { return }
        plan[place].wasEarly = true
        let name = blob.digest.hex
        guard let file = openArriving(name), let again = openArriving(name), let status = try? file.status(),
            (try? again.status())?.isSameFile(as: status) == true
        else { return }
        let number = try workers.add(
            LayerFile(
                place: .arriving(
                    Self.taken(blob.digest), FileSource(file, name: name), again: FileSource(again, name: name)),
                name: "\(blob.digest)", digest: blob.digest), plan[place].diffID)
        plan[place].early = (number, status)
        unpacking[number] = place
    }

    /// A file of the fetching program's, which may be anything; nil where it is not one that only that program has.
    private func openArriving(_ name: String) -> Descriptor? {
        guard
            let file = try? FetchProcess.open(name, of: fetch.directory),
            let status = try? file.status(), status.kind == .regular, status.user == ConfinedProgram.user,
            status.links == 1
        else { return nil }
        return file
    }

    /// Tells who unpacks the layer that its archive is whole; false where nobody does, or it is another file.
    func complete(_ place: Int, _ file: borrowing Descriptor) -> Bool {
        guard let (number, opened) = plan[place].early else { return false }
        guard let status = try? file.status(), status.isSameFile(as: opened) else {
            workers.abandon(number)
            unpacking[number] = nil
            plan[place].early = nil
            return false
        }
        plan[place].state = .unpacking
        workers.complete(number)
        return true
    }

    /// Makes a layer of the whole archive, once it is there, of which nothing became on its way.
    func beginAgain(_ number: Int) throws(ImageError) {
        guard let place = unpacking.removeValue(forKey: number) else { return }
        plan[place].early = nil
        if plan[place].state == .unpacking { try unpackTaken(place) }
    }
}
