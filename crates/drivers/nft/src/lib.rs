//! nftables at netdev ingress: the plan and its driver.
