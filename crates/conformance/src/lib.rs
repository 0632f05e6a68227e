//! Sends the corpus through a driver and compares what happened with the contract.
