import Columns
import Files
import Reports

/// Files that are one listing: its pages in the order of their names.
struct Listing {
  private(set) var files: [SourceFile]
  private(set) var surveys: [ListingSurvey]
  let day: Int
  /// When it was made, in minutes since 1970: as its path says, else when its newest file was written.
  private(set) var minute: Int64

  init(_ file: SourceFile, _ survey: ListingSurvey, day: Int) {
    files = [file]
    surveys = [survey]
    self.day = day
    minute = Listing.minute(of: file)
  }

  var path: String { files[0].path }

  /// Whether account and region of all entries are known.
  var isOwned: Bool { surveys.allSatisfy(\.isOwned) }

  /// Whose entries it has, as far as that is known.
  var owners: Set<[String?]> { surveys.reduce(into: []) { $0.formUnion($1.owners) } }

  /// By owner, the resources that it has.
  var keys: [[String?]: Set<RowKey>] { ListingSurvey.keys(of: surveys) }

  /// Whether a file is this listing's next page.
  func isContinued(by file: SourceFile, day: Int) -> Bool {
    surveys.last?.hasMore == true && self.day == day && files[0].folder == file.folder
  }

  mutating func add(_ file: SourceFile, _ survey: ListingSurvey) {
    files.append(file)
    surveys.append(survey)
    minute = max(minute, Listing.minute(of: file))
  }

  /// Whether this was made before another, so that of two the other counts. Of the same minute, as where
  /// copies have lost their times, the one counts that says more of whose it is, else the last by name.
  func isBefore(_ other: Listing) -> Bool {
    if minute != other.minute { return minute < other.minute }
    if isOwned != other.isOwned { return other.isOwned }
    return path < other.path
  }

  private static func minute(of file: SourceFile) -> Int64 {
    let names = file.path.split(separator: "/").suffix(4).reversed()
    let stated = names.lazy.compactMap { ScrapeName(String($0)).moment }.first
    let moment = stated ?? (try? Directory.attributes(file.path).modified) ?? 0
    return moment.floorDivided(by: 60_000_000)
  }
}
