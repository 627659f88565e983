import Files
import TextFormats

/// One action of a log entry, its members by name.
struct LogRecord {
  let kind: String
  let value: JSONValue
  let file: String
  let place: String

  init(_ kind: String, _ value: JSONValue, file: String, place: String) {
    self.kind = kind
    self.value = value
    self.file = file
    self.place = place
  }

  subscript(name: String) -> JSONValue? { value[name] }

  func text(_ name: String) throws(FormatError) -> String {
    guard let text = value[name]?.string else { throw missing(name, "a text") }
    return text
  }

  func required(_ name: String) throws(FormatError) -> Int64 {
    guard let number = try number(name) else { throw missing(name, "a whole number") }
    return number
  }

  func number(_ name: String) throws(FormatError) -> Int64? {
    guard let member = value[name], !member.isNull else { return nil }
    guard let number = member.int64 else { throw missing(name, "a whole number") }
    return number
  }

  func path() throws(FormatError) -> String {
    let path = try text("path")
    guard !path.isEmpty else { throw FormatError(file, at: place, "expected a path in '\(kind)'") }
    return path
  }

  func deletionVector() throws(FormatError) -> DeletionVector? {
    guard let member = value["deletionVector"], !member.isNull else { return nil }
    let vector = LogRecord("\(kind).deletionVector", member, file: file, place: place)
    return DeletionVector(
      storageType: try vector.text("storageType"), pathOrInline: try vector.text("pathOrInlineDv"),
      offset: try vector.number("offset"), byteCount: try vector.required("sizeInBytes"),
      cardinality: try vector.required("cardinality"))
  }

  func list(_ name: String) throws(FormatError) -> [String] {
    guard let member = value[name], !member.isNull else { return [] }
    guard let array = member.array else { throw missing(name, "an array") }
    var texts: [String] = []
    for element in array {
      guard let text = element.string else { throw missing(name, "an array of texts") }
      texts.append(text)
    }
    return texts
  }

  func values(_ name: String) throws(FormatError) -> [String: String?]? {
    guard let member = value[name], !member.isNull else { return nil }
    guard let members = member.object?.members else { throw missing(name, "an object") }
    var values: [String: String?] = [:]
    for member in members {
      guard member.value.isNull || member.value.string != nil else {
        throw missing("\(name).\(member.key)", "a text")
      }
      values[member.key] = .some(member.value.string)
    }
    return values
  }

  /// Members of any kind as text; what a commit says of itself has no fixed form.
  func plainTexts(_ name: String) -> [String: String] {
    var texts: [String: String] = [:]
    for member in value[name]?.object?.members ?? [] {
      texts[member.key] = member.value.string ?? member.value.description
    }
    return texts
  }

  private func missing(_ name: String, _ wanted: String) -> FormatError {
    let found = value[name].map { ", found \($0.kind)" } ?? ", found none"
    return FormatError(file, at: place, "expected \(wanted) in '\(kind).\(name)'\(found)")
  }
}
