import Buckets

/// How an ingest comes by what is not a file of this machine.
package struct SourceSettings: Sendable {
  /// What is read from standard input is called so, as a file would be.
  package var inputName: String?
  /// How objects of buckets are fetched and kept; nil where there is no place for them.
  var buckets: Bucket.Settings?

  /// Whether a path is the place of something in a bucket, which no folder is put in front of.
  package static func isBucket(_ path: String) -> Bool { BucketURL.isMeant(by: path) }

  /// - Parameters:
  ///   - aws: the program that talks to S3.
  ///   - cache: the folder that fetched objects are kept in.
  package mutating func setBuckets(aws: String, cache: String, isOffline: Bool) {
    buckets = Bucket.Settings(program: AWSProgram(aws), cache: cache, isOffline: isOffline)
  }

  package init(inputName: String? = nil) { self.inputName = inputName }
}
