// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What is known of a layer that is still being filled, so that it can be read at the same time.
///
/// Everything of the layer is there but some files, and directories have other times than they will have in the end.
/// Directories are named by their paths below the root, with a slash at the end; the root's is empty.
public protocol LayerProgress: AnyObject {
    /// The files that `directory` will have in the end, whether they are there by now or not.
    func files(in directory: [UInt8]) -> [FileName]
    /// The time of modification that `directory` will have in the end; nil for the one that it has.
    func time(of directory: [UInt8]) -> FileTime?
    /// Returns when `name` in `directory` is as it will be in the end.
    func wait(for name: FileName, in directory: [UInt8]) throws(ImageError)
}
