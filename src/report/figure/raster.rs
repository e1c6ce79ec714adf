//! Figures as PNG: pixels of the very SVG that stands beside them.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};
use std::sync::{Arc, LazyLock};

/// Pixels of a PNG for one of the SVG.
const SCALE: f32 = 2.0;
/// The first family that figures ask for; what else they name are stand-ins where it is not installed.
const FAMILY: &str = "DejaVu Sans";

/// The letters that come with the program, so that pictures are the same on all machines.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

/// An SVG as PNG, twice as large.
///
/// # Errors
/// What the reader of the SVG or the encoder says.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, String> {
    let options =
        Options { fontdb: Arc::clone(&FONTS), font_family: FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("no pixels")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("no pixels")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}
