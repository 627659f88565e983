/// Which objects are fetched one by one and which folders as a whole, by one process that fetches many
/// objects at a time.
struct FetchPlan {
  /// A folder of a bucket, and what of it is wanted.
  struct Tree {
    /// Ends in a slash, or is empty.
    let prefix: String
    let objects: [BucketObject]
  }

  private(set) var single: [BucketObject] = []
  private(set) var trees: [Tree] = []
  private let wanted: Set<String>
  /// Fewer objects are not worth listing their folder again.
  private static let leastTree = 8

  /// - Parameter listing: all that is below the prefix, sorted by key.
  init(wanted: Set<String>, listing: [BucketObject], below prefix: String) {
    self.wanted = wanted
    let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
    // A listing of the beginning of a name does not show what else is in its folder.
    if folder == prefix {
      divide(listing[...], prefix: folder)
    } else {
      single = listing.filter { wanted.contains($0.key) }
    }
  }

  private mutating func divide(_ objects: ArraySlice<BucketObject>, prefix: String) {
    let chosen = objects.filter { wanted.contains($0.key) }
    guard chosen.count >= FetchPlan.leastTree else {
      single += chosen
      return
    }
    let bytes = objects.reduce(0) { $0 + $1.size }
    let chosenBytes = chosen.reduce(0) { $0 + $1.size }
    let isPlain = CachePath.isPlain(prefix[...]) || prefix.isEmpty
    if isPlain, chosen.count * 2 >= objects.count, chosenBytes * 2 >= bytes,
      objects.allSatisfy({ CachePath.isPlain($0.key.dropFirst(prefix.count)) })
    {
      trees.append(Tree(prefix: prefix, objects: chosen))
      return
    }
    var rest = objects
    while let first = rest.first {
      guard let slash = first.key.dropFirst(prefix.count).firstIndex(of: "/") else {
        if wanted.contains(first.key) { single.append(first) }
        rest.removeFirst()
        continue
      }
      let folder = String(first.key[...slash])
      let inside = rest.prefix { $0.key.hasPrefix(folder) }
      divide(inside, prefix: folder)
      rest = rest.dropFirst(inside.count)
    }
  }
}
