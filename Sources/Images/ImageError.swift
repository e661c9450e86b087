// SPDX-License-Identifier: Apache-2.0
public import Linux
public import Registry

/// Why something about images could not be done.
public struct ImageError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// No image has this name or id; `nearest` is a name that may have been meant.
        case unknownImage(nearest: String?)
        /// Several images have an id that starts so.
        case ambiguousID
        /// A container uses the image.
        case inUse(container: String)
        /// An image id was given where several names lead to the image.
        case hasSeveralNames
        case badReference
        case badChange
        /// The image is for another machine, or its documents are not what they should be.
        case badImage
        /// The bytes are no tar archive, or a damaged one.
        case badArchive
        /// An entry of an archive cannot be unpacked.
        case badEntry
        /// Content of the store is missing or is not what its digest says.
        case damaged
        case cannotRead
        case cannotWrite
        /// A registry could not be asked, or did not give or take what was meant.
        case registry(FetchFailure.Code)
        /// The program that speaks with registries is not there, or does not do what it should.
        case fetchProgram
        /// A signal came.
        case interrupted(Signal)
    }

    public let code: Code
    /// What it is about: an image, an entry, a path.
    public let subject: String
    public let cause: (any Error)?
    private let words: String

    /// `words` say what was attempted, and what to do instead where that helps.
    init(_ code: Code, _ subject: String, _ words: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = subject
        self.words = words
        self.cause = cause
    }

    /// What was attempted, without the cause.
    public var message: String { words }

    /// What was attempted, then why.
    public var description: String { cause.map { "\(words): \($0)" } ?? words }

    /// The same, with why that could not be helped.
    public func after(_ cause: any Error) -> ImageError { ImageError(code, subject, "\(self)", cause: cause) }

    /// A place that could not be read.
    public static func read(_ subject: String, _ cause: SystemError) -> ImageError {
        ImageError(.cannotRead, subject, "cannot read \(subject)", cause: cause)
    }

    /// A place that could not be written.
    public static func write(_ subject: String, _ cause: SystemError) -> ImageError {
        ImageError(.cannotWrite, subject, "cannot write \(subject)", cause: cause)
    }

    static func archive(_ words: String) -> ImageError { ImageError(.badArchive, "archive", words) }
}

/// Runs `body`, and turns a failed system call into what `wrap` makes of it.
func wrapping<R: ~Copyable>(
    _ wrap: (SystemError) -> ImageError, _ body: () throws(SystemError) -> R
) throws(ImageError) -> R {
    do { return try body() } catch { throw wrap(error) }
}
