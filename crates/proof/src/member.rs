use crate::Logic;
use crate::word::bits_of;

/// Is the word one of these, each given by its first bits? They are sorted.
///
/// Built from the last bit to the first, by halves: as many steps as the keys have different beginnings.
pub(crate) fn member<L: Logic>(logic: &L, word: &[L::Bit], keys: &[&[u8]]) -> L::Bit {
    below(logic, word, keys, 0)
}

fn below<L: Logic>(logic: &L, word: &[L::Bit], keys: &[&[u8]], at: usize) -> L::Bit {
    let Some(bit) = word.get(at) else {
        return logic.constant(!keys.is_empty());
    };
    match keys {
        [] => logic.constant(false),
        [key] => {
            let rest: Vec<_> = word.iter().zip(bits_of(key)).skip(at).collect();
            let yes = logic.constant(true);
            rest.into_iter().rev().fold(yes, |all, (bit, wanted)| {
                if wanted {
                    logic.and(bit, &all)
                } else {
                    logic.minus(&all, bit)
                }
            })
        }
        _ => {
            let is_set = |key: &&[u8]| {
                key.get(at / 8)
                    .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
            };
            let (no, yes) = keys.split_at(keys.partition_point(|key| !is_set(key)));
            let (no, yes) = (
                below(logic, word, no, at + 1),
                below(logic, word, yes, at + 1),
            );
            logic.choose(bit, &yes, &no)
        }
    }
}
