/// Features under one name, for those who choose a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub id: String,
    /// The ids of its features.
    pub features: Vec<String>,
}
