//! Columns that line up, also where a letter is as wide as two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Blanks between two columns.
const GAP: usize = 2;

/// The rows as lines, each column as wide as its widest cell; the last one is not filled up.
pub(crate) fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width_of =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell: &String| cell.width()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width_of(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + GAP));
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A line that is at most so many columns wide, with `…` where something is left out.
pub(crate) fn cut(line: &str, columns: usize) -> String {
    if line.width() <= columns {
        return line.to_owned();
    }
    let (mut short, mut left) = (String::new(), columns.saturating_sub(1));
    for letter in line.chars() {
        let width = letter.width().unwrap_or(0);
        if width > left {
            break;
        }
        short.push(letter);
        left -= width;
    }
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{cut, lines};

    #[test]
    fn a_line_is_cut_by_columns_not_by_letters() {
        let lines = ["a lighthouse", "一只橘猫在阳光下", "", "灯"];
        let told = lines.map(|line| [12, 7, 6, 1].map(|columns| cut(line, columns)).join("|"));
        insta::assert_snapshot!(told.join("\n"), @"
        a lighthouse|a ligh…|a lig…|…
        一只橘猫在…|一只橘…|一只…|…
        |||
        灯|灯|灯|…
        ");
    }

    #[test]
    fn chinese_and_latin_columns_line_up() {
        let rows = [["模型", "供应商", "秒"], ["kling-v1", "可灵AI", "5"], ["é", "", "10"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        insta::assert_snapshot!(lines(&rows).join("\n"), @r"
        模型      供应商  秒
        kling-v1  可灵AI  5
        é                 10
        ");
    }
}
