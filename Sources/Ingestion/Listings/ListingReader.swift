import Compression
import Files
import Reports
import TextFormats

/// Reads the entries of listings: of each page of each document of a file.
///
/// Pages are whole answers one after the other or in lists, parts of answers as `--query` prints them
/// (`Reservations[]`, `Reservations[].Instances[]`), and answers kept by account or region:
/// `{"111122223333": {…}}`.
struct ListingReader {
  let kind: ReportKind
  let path: String
  private let places: JSONRows

  init(_ kind: ReportKind, path: String) {
    self.kind = kind
    self.path = path
    places = JSONRows(kind.rows ?? "")
  }

  /// One entry and what is known of it besides.
  struct Entry {
    /// What holds the entry, from the page on; the entry itself is the last.
    let chain: [JSONValue]
    /// What the document around it tells.
    let owner: ListingOwner
    /// Where its document begins.
    let line: Int
    /// Its number in the file, from 1.
    let number: Int
  }

  /// Hands on every entry. Returns whether the last page says that more pages follow.
  ///
  /// - Throws: `FormatError` for what is no listing of this kind; what `body` throws.
  func forEach(_ body: (Entry) throws -> Void) throws -> Bool {
    let documents = JSONLines(try PackedFile.open(path))
    var hasMore = false
    var number = 0
    while let document = try documents.next() {
      let line = documents.line
      try pages(document, ListingOwner(), line) { page, owner in
        let chains: [[JSONValue]]
        do throws(Misplaced) {
          chains = try rows(of: page)
        } catch {
          throw FormatError(path, at: "line \(line)", error.sentence)
        }
        hasMore = ListingReader.hasMore(page)
        let owner = ListingReader.owner(of: page, within: owner)
        for chain in chains {
          number += 1
          try body(Entry(chain: chain, owner: owner, line: line, number: number))
        }
      }
    }
    return hasMore
  }

  private func pages(
    _ document: JSONValue, _ owner: ListingOwner, _ line: Int,
    _ body: (JSONValue, ListingOwner) throws -> Void
  ) throws {
    if let list = document.array {
      for element in list { try pages(element, owner, line, body) }
      return
    }
    guard let object = document.object else {
      throw FormatError(
        path, at: "line \(line)", "expected an object, found \(document.kind)")
    }
    if let error = ListingReader.failure(object) {
      throw FormatError(path, at: "line \(line)", error)
    }
    guard let inner = ListingReader.keyed(object, owner) else { return try body(document, owner) }
    for (owner, value) in inner { try pages(value, owner, line, body) }
  }

  /// The rows of a page, which may be a row itself.
  private func rows(of page: JSONValue) throws(Misplaced) -> [[JSONValue]] {
    guard let object = page.object, let first = places.first else { return [[page]] }
    if let level = places.level(of: object) { return try places.from(level: level).rows(of: page) }
    guard kind.recognition.hasRow(Set(object.keys)) else {
      throw Misplaced(place: first, expected: "a list", found: "nothing")
    }
    return [[page]]
  }

  // MARK: What surrounds the rows

  /// What an answer says when it is none: `{"Error": {"Code": …, "Message": …}}`.
  static func failure(_ object: JSONObject) -> String? {
    let error = object["Error"] ?? object["error"]
    let code = error?["Code"]?.string ?? error?["code"]?.string ?? object["__type"]?.string
    let message =
      error?["Message"]?.string ?? error?["message"]?.string
      ?? (code == nil ? nil : object["message"]?.string ?? object["Message"]?.string)
    guard code != nil || message != nil else { return nil }
    let words = [code, message].compactMap { $0 }.joined(separator: ": ")
    return "is an error that AWS answered (\(words)), expected a listing: fetch it again"
  }

  /// The values of an object whose members are all accounts or all regions.
  static func keyed(
    _ object: JSONObject, _ owner: ListingOwner
  ) -> [(ListingOwner, JSONValue)]? {
    guard !object.members.isEmpty else { return nil }
    if object.keys.allSatisfy({ ListingOwner.isAccount($0) }) {
      return object.members.map { (ListingOwner(account: $0.key, region: owner.region), $0.value) }
    }
    if object.keys.allSatisfy({ ListingOwner.isRegion($0) }) {
      return object.members.map { (ListingOwner(account: owner.account, region: $0.key), $0.value) }
    }
    return nil
  }

  /// What is said of an answer whose further pages are not there.
  static let morePages =
    "its last page says that more pages follow, which are not there: fetch the answer without "
    + "--no-paginate and --max-items"

  /// Whether a page says that more follow.
  static func hasMore(_ page: JSONValue) -> Bool {
    for name in ["NextToken", "nextToken", "NextPageToken", "NextMarker", "Marker"] {
      if let token = page[name]?.string, !token.isEmpty { return true }
    }
    return false
  }

  /// What scripts write beside an answer: `{"AccountId": "111122223333", "Reservations": […]}`.
  static func owner(of page: JSONValue, within owner: ListingOwner) -> ListingOwner {
    var owner = owner
    for name in ["AccountId", "accountId", "account_id", "Account", "account"] {
      guard let text = page[name]?.string, ListingOwner.isAccount(text) else { continue }
      owner.account = text
      break
    }
    for name in ["Region", "region", "AwsRegion", "awsRegion"] {
      guard let text = page[name]?.string, ListingOwner.isRegion(text) else { continue }
      owner.region = text
      break
    }
    return owner
  }
}
