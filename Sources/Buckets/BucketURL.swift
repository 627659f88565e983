package import Files

/// A place in S3 as a user writes it: `s3://bucket/key`, the beginning of keys, or a glob.
package struct BucketURL: Sendable, Hashable, CustomStringConvertible {
  /// The bucket's name, or the ARN of an access point.
  package let bucket: String
  /// A key, the beginning of keys, or a glob over keys; empty for the whole bucket.
  package let key: String

  package static let scheme = "s3://"

  package init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// Whether a path is meant as one, rightly spelt or not.
  package static func isMeant(by path: String) -> Bool {
    path.prefix(scheme.count).lowercased() == scheme
  }

  /// - Throws: `FormatError` for a text that names no bucket.
  package init(_ text: String) throws(FormatError) {
    guard BucketURL.isMeant(by: text) else { throw FormatError(text, "expected s3://BUCKET/KEY") }
    let rest = text.dropFirst(BucketURL.scheme.count)
    // The ARN of an access point has slashes of its own: arn:aws:s3:region:account:accesspoint/name.
    var slashes = rest.indices.filter { rest[$0] == "/" }
    if rest.hasPrefix("arn:"), rest.contains(":accesspoint/"), !slashes.isEmpty {
      slashes.removeFirst()
    }
    let end = slashes.first ?? rest.endIndex
    bucket = String(rest[..<end])
    key = slashes.isEmpty ? "" : String(rest[rest.index(after: end)...])
    let isName = bucket.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard bucket.hasPrefix("arn:") || (3...255).contains(bucket.utf8.count) && isName,
      !bucket.hasPrefix(".")
    else {
      throw FormatError(
        text, "expected s3://BUCKET/KEY with a bucket's name, found '\(bucket)' as the name")
    }
    guard key.utf8.count <= 1024, !key.utf8.contains(0) else {
      throw FormatError(text, "expected a key of at most 1024 bytes without NUL")
    }
  }

  package var description: String { "\(BucketURL.scheme)\(bucket)/\(key)" }

  /// The part of a glob's key that every match begins with.
  package var fixedPrefix: String { String(key.prefix { !"*?[{".contains($0) }) }

  package var isPattern: Bool { Path.isPattern(key) }

  /// Whether a key is at this place: the key itself, one below it as a folder, or one that a glob's
  /// wildcards stand for.
  ///
  /// The beginning of a name is a place too when it ends in a slash or names nothing else: S3 knows no
  /// folders, but who writes `s3://b/cur` does not mean `s3://b/currency`.
  package func covers(_ key: String) -> Bool {
    if isPattern { return KeyPattern(self.key).matches(key) }
    if self.key.isEmpty || self.key.hasSuffix("/") { return key.hasPrefix(self.key) }
    return key == self.key || key.hasPrefix(self.key + "/")
  }
}
