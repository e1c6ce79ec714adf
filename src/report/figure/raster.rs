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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_has_the_shapes_and_letters_of_its_svg_twice_as_large() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#ffffff"/>
            <rect x="30" y="5" width="5" height="5" fill="#d55e00"/>
            <text x="2" y="15" font-family="DejaVu Sans, sans-serif" font-size="14" fill="#000000">H</text></svg>"##;
        let pixels = Pixmap::decode_png(&png(svg).unwrap()).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (80, 40));
        let at = |x, y| {
            let own = pixels.pixel(x, y).unwrap();
            [own.red(), own.green(), own.blue()]
        };
        assert_eq!(at(64, 14), [0xd5, 0x5e, 0x00]);
        assert_eq!(at(50, 30), [0xff, 0xff, 0xff]);
        // An H: two uprights of one letter, and a bar between them, on the left alone.
        let dark = |y: u32| (0..50).filter(|x| at(*x, y)[0] < 0x80).count();
        let bar = (16..24).map(dark).max().unwrap();
        assert!((1..12).contains(&dark(14)) && bar > dark(14), "{} and {bar}", dark(14));
        assert!(png("no picture").is_err());
    }
}
