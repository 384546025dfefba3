mod migrate;

fn main() {
    println!("switchyard: {} accounts a batch", migrate::plan::BATCH);
}
