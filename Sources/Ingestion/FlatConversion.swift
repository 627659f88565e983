import Columns
import Files
import Reports
import TextFormats

/// What a schema's `as` makes of a JSON value before it takes the column's type.
enum FlatConversion: Sendable, Equatable {
  /// The region of an availability zone.
  case region
  /// Empty text is NULL.
  case nonempty
  /// The value of a tag.
  case tag(String)
  /// Whether a list has a word: `true` or `false`.
  case has(String)
  /// A list of texts as one, with commas.
  case joined
  /// A currency's code for its mark.
  case currency

  /// - Throws: `FormatError` for a word that is none of these.
  init(_ text: String, _ kind: ReportKind, _ column: ReportColumn) throws {
    switch text {
    case "region": self = .region
    case "nonempty": self = .nonempty
    case "joined": self = .joined
    case "currency": self = .currency
    case _ where text.hasPrefix("tag:"): self = .tag(String(text.dropFirst(4)))
    case _ where text.hasPrefix("has:"): self = .has(String(text.dropFirst(4)))
    default:
      throw FormatError(
        "the schema of '\(kind.name)'", at: "column '\(column.name)', 'as'",
        "'\(text)' is not known; region, nonempty, joined, currency, tag:NAME and has:WORD are")
    }
  }

  /// - Throws: `Misplaced` for a value of another kind than the conversion takes.
  func apply(_ json: JSONValue?) throws(Misplaced) -> JSONValue? {
    guard let json, !json.isNull else { return nil }
    switch self {
    case .region:
      guard let zone = json.string else { throw Misplaced(json, expected: "text") }
      return .string(ListingOwner.region(ofZone: zone))
    case .nonempty: return json.string?.isEmpty == true ? nil : json
    case .tag(let key): return try JSONConversion.entries(json).first { $0.key == key }?.value
    case .has(let word):
      let words = try texts(json)
      let lowered = word.lowercased()
      return .string(words.contains { $0.lowercased() == lowered } ? "true" : "false")
    case .joined:
      return json.array == nil ? json : .string(try texts(json).joined(separator: ", "))
    case .currency: return json.string == "$" ? .string("USD") : json
    }
  }

  private func texts(_ json: JSONValue) throws(Misplaced) -> [String] {
    guard let list = json.array else { throw Misplaced(json, expected: "a list of texts") }
    var texts: [String] = []
    for element in list {
      guard let text = element.string else {
        throw Misplaced(element, expected: "text in a list")
      }
      texts.append(text)
    }
    return texts
  }
}
