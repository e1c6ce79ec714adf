//! One sentence of the answer, and what is told more of it below.

use maud::{Markup, html};

/// A sentence, without its full stop, and what is told more of it, one by one.
pub(super) struct Said {
    pub(super) sentence: Markup,
    pub(super) more: Vec<Markup>,
}

impl Said {
    pub(super) fn of(sentence: Markup) -> Self {
        Self { sentence, more: Vec::new() }
    }

    /// The same with more below it.
    pub(super) fn with(self, more: impl IntoIterator<Item = Markup>) -> Self {
        Self { more: self.more.into_iter().chain(more).collect(), ..self }
    }

    /// As the page shows it.
    pub(super) fn shown(&self) -> Markup {
        html! {
            p.answer { (self.sentence) "." }
            @if !self.more.is_empty() { ul.further { @for own in &self.more { li { (own) "." } } } }
        }
    }
}
