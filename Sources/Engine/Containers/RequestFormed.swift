// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A value of several members, each of which is told to a form once, for writing and for reading.
protocol RequestFormed {
    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError)
}

extension RequestFormed {
    /// An object with its members.
    var formed: JSON {
        var form = RequestForm()
        var copy = self
        // Nothing is refused while writing.
        try? copy.exchange(with: &form)
        return .object(form.members)
    }

    /// Takes over what ``formed`` wrote. Members that nobody asks for are refused.
    mutating func read(_ json: JSON) throws(RequestFormatError) {
        guard let members = json.object else { throw RequestFormatError(expected: "an object", found: json) }
        var form = RequestForm(members)
        try exchange(with: &form)
        try form.finish()
    }
}
