import Files

/// A bucket as this run sees it: what is in it, and which of its objects are here as files.
///
/// Objects are kept from one run to the next and fetched again only when their size or tag is another.
package final class Bucket {
  package let name: String
  private let program: AWSProgram
  private let cache: ObjectCache
  /// Whether only what is kept counts, and nobody is asked.
  private let isOffline: Bool
  private let stage: String

  /// How objects are to be had.
  package struct Settings: Sendable {
    package var program: AWSProgram
    /// The folder that objects are kept in.
    package var cache: String
    package var isOffline: Bool
    /// Called with the bytes that are here and the bytes that are wanted.
    package var progress: @Sendable (Int, Int) -> Void = { _, _ in }

    package init(program: AWSProgram, cache: String, isOffline: Bool = false) {
      self.program = program
      self.cache = cache
      self.isOffline = isOffline
    }
  }

  private let progress: @Sendable (Int, Int) -> Void

  /// - Throws: `BucketError` while another run uses the bucket's cache; `FileError`.
  package init(_ name: String, _ settings: Settings) throws {
    self.name = name
    program = settings.program
    isOffline = settings.isOffline
    progress = settings.progress
    cache = try ObjectCache(settings.cache, bucket: name)
    var generator = SystemRandomNumberGenerator()
    stage = cache.folder + ".stage-\(String(generator.next(), radix: 36))"
  }

  deinit { try? Directory.removeTree(stage) }

  /// Where its objects are kept.
  package var folder: String { cache.folder }

  package func url(_ key: String) -> String { BucketURL(bucket: name, key: key).description }

  // MARK: Listing

  /// The objects whose keys begin with a prefix, sorted by key. What is kept of others under it, and of
  /// other versions, is dropped.
  ///
  /// - Parameter isFlat: leaves out keys with a further slash.
  /// - Throws: `BucketError`.
  package func objects(prefix: String, isFlat: Bool = false) throws(BucketError) -> [BucketObject] {
    let isListed = { (key: String) in
      key.hasPrefix(prefix) && !(isFlat && key.dropFirst(prefix.count).contains("/"))
    }
    let kept = cache.objects.filter { isListed($0.key) }
    if isOffline { return kept }
    var found: [BucketObject] = []
    var token: String?
    repeat {
      let page = try program.page(name, prefix: prefix, isFlat: isFlat, after: token)
      found += page.objects
      guard page.next != token || token == nil else {
        throw BucketError(url(prefix), "the listing does not come to an end")
      }
      token = page.next
    } while token != nil
    if !kept.isEmpty {
      let current = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      for object in kept where current[object.key].map({ !$0.isSame(as: object) }) ?? true {
        cache.forget(object.key)
      }
    }
    return found
  }

  // MARK: Fetching

  /// What came of fetching objects.
  package struct Fetched: Sendable {
    /// Files by key.
    package var files: [String: String] = [:]
    package var failures: [String: BucketError] = [:]
    /// Objects that were not here yet.
    package var count = 0
  }

  /// Makes files of the wanted objects; what is here already is not fetched again.
  ///
  /// - Parameter listing: everything below the prefix that was listed, sorted: where nearly all of a
  ///   folder is wanted, it is fetched as a whole.
  package func fetch(
    _ wanted: [BucketObject], of listing: [BucketObject] = [], below prefix: String = ""
  ) -> Fetched {
    var fetched = Fetched()
    var missing: [BucketObject] = []
    for object in wanted {
      if let path = cache.path(of: object) {
        fetched.files[object.key] = path
      } else {
        missing.append(object)
      }
    }
    defer { saveIndex() }
    if isOffline {
      for object in missing {
        fetched.failures[object.key] = BucketError(
          url(object.key), "is not in the cache '\(cache.folder)': run without --offline")
      }
      return fetched
    }
    guard !missing.isEmpty else { return fetched }
    do {
      try Directory.create(stage)
    } catch {
      for object in missing {
        fetched.failures[object.key] = BucketError(url(object.key), "\(error)")
      }
      return fetched
    }
    let plan = FetchPlan(
      wanted: Set(missing.map(\.key)), listing: listing.isEmpty ? missing : listing, below: prefix)
    let total = missing.reduce(0) { $0 + $1.size }
    var done = 0
    var single = plan.single
    let keep = { (object: BucketObject, file: String) in
      do {
        try self.cache.keep(file, as: object)
        fetched.files[object.key] = self.cache.path(of: object)
        fetched.count += 1
        done += object.size
        self.progress(done, total)
        if fetched.count % 256 == 0 { self.saveIndex() }
      } catch {
        fetched.failures[object.key] = BucketError(self.url(object.key), "\(error)")
      }
    }
    let fetcher = ObjectFetcher(program: program, bucket: name, stage: stage)
    for (number, tree) in plan.trees.enumerated() {
      let folder = Path.join(stage, "tree\(number)")
      _ = program.copyTree(name, prefix: tree.prefix, to: folder)
      // Right in size and time; the tag is another digest, or the content is damaged.
      var doubtful: [(object: BucketObject, file: String)] = []
      for object in tree.objects {
        let file = Path.join(folder, String(object.key.dropFirst(tree.prefix.count)))
        switch Verification.judge(file, object) {
        case .right: keep(object, file)
        case .wrong: single.append(object)
        case .doubtful: doubtful.append((object, file))
        }
      }
      if let first = doubtful.first {
        // S3 says of one how it is stored, and so what the tags of this folder are.
        var hasDigestTags = true
        fetcher.fetch([first.object]) { object, result in
          switch result {
          case .success(let receipt):
            hasDigestTags = receipt.hasDigestTag
            keep(object, receipt.file)
          case .failure(let error): fetched.failures[object.key] = error
          }
        }
        for (object, file) in doubtful.dropFirst() {
          if hasDigestTags && object.digest != nil {
            single.append(object)
          } else {
            keep(object, file)
          }
        }
      }
      try? Directory.removeTree(folder)
    }
    fetcher.fetch(single) { object, result in
      switch result {
      case .success(let receipt): keep(object, receipt.file)
      case .failure(let error): fetched.failures[object.key] = error
      }
    }
    return fetched
  }

  /// Drops kept objects that are of no more use.
  package func forget(_ keys: [String]) {
    for key in keys { cache.forget(key) }
    saveIndex()
  }

  /// An index that cannot be written costs fetching again, not the run.
  private func saveIndex() { try? cache.save() }
}
