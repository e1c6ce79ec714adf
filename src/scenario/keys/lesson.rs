//! Keys of a lesson.

use super::{Kind, Table, optional, required};

pub(super) static LESSON: Table = Table {
    name: "lesson",
    doc: "A lesson: makes the report of the run one. Texts may hold figures of the run in braces.",
    keys: &[
        required("aim", Kind::Text, "what one knows afterwards, in one sentence"),
        required("for_whom", Kind::Text, "who it is for"),
        required("minutes", Kind::Integer(1, 600), "how long it takes"),
        optional("assumes", Kind::Texts, "what is assumed, for the teacher; a paragraph each"),
        required("steps", Kind::List(&STEP), "the steps, in order"),
    ],
    // Texts tell of the strategies of their own file.
    whole: true,
};

const SIZE: Kind = Kind::Integer(1, i64::MAX);

static LEAST: Table = Table {
    name: "lesson.steps.least",
    doc: "Sizes below which a step is replaced by a sentence that says so.",
    keys: &[
        optional("patients", SIZE, "patients of a draw"),
        optional("draws", SIZE, "draws of the uncertain figures"),
        optional("lives", SIZE, "patients times draws"),
        optional("histories", SIZE, "patients whose histories are drawn"),
        optional("trials", SIZE, "trials of the size of which fewest are held"),
    ],
    whole: true,
};

static STEP: Table = Table {
    name: "lesson.steps",
    doc: "A step of a lesson.",
    keys: &[
        required("heading", Kind::Text, "its heading"),
        required("text", Kind::Text, "what it says; an empty line begins a paragraph"),
        optional("least", Kind::Table(&LEAST), "how large a run must be at least for what the step says"),
        optional("figure", Kind::Text, "name of a figure of the run"),
        optional("table", Kind::Text, "a table of the run, such as `summary.csv`"),
        optional("ask", Kind::Text, "a question; needs `answer`"),
        optional("answer", Kind::Text, "its answer, folded; needs `ask`"),
        optional("try", Kind::Text, "a command to type"),
    ],
    whole: true,
};
