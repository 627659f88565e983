import Columns

/// Where in a folder the object of a key is kept: under the key itself as far as it can be a path.
///
/// A key is any text up to 1024 bytes. What would leave the folder or be no name at all is spelt
/// otherwise (`..`, `.`, nothing between two slashes, control characters, names too long for a file
/// system), so that two keys can come to the same path; ``fallback(_:)`` is for the second of them.
enum CachePath {
  /// Bytes of one name that every file system takes, with room for a temporary ending.
  private static let longest = 200

  static func path(of key: String) -> String {
    key.split(separator: "/", omittingEmptySubsequences: false).map { name(String($0)) }
      .joined(separator: "/")
  }

  /// A path that no other key has: by the key's digest, ending in the object's own name.
  static func fallback(_ key: String) -> String {
    let last = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return "%~\(digest(key))/\(name(String(last)))"
  }

  /// The name of a bucket's own folder and files: an access point's has slashes.
  static func folder(ofBucket bucket: String) -> String {
    name(bucket.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F"))
  }

  private static func name(_ component: String) -> String {
    switch component {
    case "": return "%"
    case ".": return "%2E"
    case "..": return "%2E%2E"
    default: break
    }
    var bytes: [UInt8] = []
    for byte in component.utf8 {
      if byte < 0x20 || byte == 0x7F {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        bytes.append(byte)
      }
    }
    guard bytes.count > longest else { return String(decoding: bytes, as: UTF8.self) }
    // The end tells what kind of file it is.
    let head = cut(bytes.prefix(120)), tail = cut(bytes.suffix(40))
    return "\(head)%~\(digest(component))\(tail)"
  }

  /// The text without half a character at either end.
  private static func cut(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes.drop { $0 & 0xC0 == 0x80 }
    while let last = bytes.last, String(validating: bytes, as: UTF8.self) == nil, last >= 0x80 {
      bytes.removeLast()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digest(_ text: String) -> String {
    var digest = MD5()
    digest.add(Array(text.utf8))
    return digest.text()
  }

  /// Whether a key below a folder is a path as it stands, which any program would write to the same
  /// place.
  static func isPlain(_ key: Substring) -> Bool {
    // The marker that the console makes for a folder is no file.
    let key = key.hasSuffix("/") ? key.dropLast() : key
    return key.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      name(String($0)) == $0
    }
  }
}
