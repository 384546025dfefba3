//! Cuts the accounts of a region into batches.

/// The greatest number of accounts in a batch.
pub const BATCH: usize = 500;

/// Returns the batches of a region, in the order of the account ids.
pub fn batches(accounts: &[u64]) -> Vec<&[u64]> {
    accounts.chunks(BATCH).collect()
}
