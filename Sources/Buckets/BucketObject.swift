import Columns
import TextFormats

/// An object as a listing of its bucket shows it.
package struct BucketObject: Sendable, Hashable {
  package let key: String
  /// Bytes.
  package let size: Int
  /// The entity tag without quotes: new with every version of the object's content.
  package let tag: String
  /// Microseconds since the epoch, 0 where the listing does not say.
  package let modified: Int64

  package init(key: String, size: Int, tag: String, modified: Int64 = 0) {
    self.key = key
    self.size = size
    self.tag = tag
    self.modified = modified
  }

  /// An entry of `Contents` in the answer to `list-objects-v2`; nil where it is none.
  init?(_ json: JSONValue) {
    guard let key = json["Key"]?.string, let size = json["Size"]?.int, size >= 0 else { return nil }
    let time = json["LastModified"]?.string
    self.init(
      key: key, size: size, tag: BucketObject.bareTag(json["ETag"]?.string ?? ""),
      modified: time.flatMap { CivilTimeText.timestamp(Array($0.utf8)) } ?? 0)
  }

  /// Tags come in quotes.
  static func bareTag(_ text: String) -> String {
    text.hasPrefix("\"") && text.hasSuffix("\"") && text.utf8.count > 1
      ? String(text.dropFirst().dropLast()) : text
  }

  /// The MD5 digest that the tag is, nil for objects that came in parts, whose tag is another digest.
  var digest: String? {
    let isHexadecimal = tag.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    return tag.utf8.count == 32 && isHexadecimal ? tag : nil
  }

  /// Whether this is another listing of the same content.
  func isSame(as other: BucketObject) -> Bool { size == other.size && tag == other.tag }
}
