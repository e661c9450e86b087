// SPDX-License-Identifier: Apache-2.0

/// Where this process' network namespace sends packets.
public enum RouteTable {
    /// The networks that it has routes to, without the default routes: rtnetlink(7), RTM_GETROUTE. Those of the table
    /// `local` are left out, which has an entry for each address of the machine's own.
    public static func networks() throws(SystemError) -> [AddressPrefix] {
        let socket = try RouteSocket()
        var request = RouteMessage(type: 26 /* RTM_GETROUTE */, body: [UInt8](repeating: 0, count: 12))
        request.body[0] = 0
        return try socket.ask(request, dump: true).compactMap { answer in
            guard answer.body.count >= 12, answer.body[4] != 255, answer.body[1] > 0,
                let bytes = answer.attributes(after: 12).first(where: { $0.type == 1 /* RTA_DST */ })?.value,
                let address = InternetAddress(bytes: bytes)
            else { return nil }
            return AddressPrefix(address, length: Int(answer.body[1]))
        }
    }
}
